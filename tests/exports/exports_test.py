#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""exports_test.py LIBGLIA PLUGINS: whatever a plugin needs of glia is in libglia, not in the host's library."""
import subprocess
import sys
from pathlib import Path


def symbols(library, *flags):
    lines = subprocess.run(["nm", "-D", *flags, library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in lines.splitlines()}


def main(library, folder):
    exported = symbols(library, "--defined-only")
    plugins = sorted(Path(folder).glob("*.so"))
    missing = {plugin.name: sorted(name for name in symbols(plugin, "--undefined-only") - exported
                                   if name.startswith(("_ZN4glia", "_ZNK4glia", "_ZTIN4glia", "_ZTVN4glia")))
               for plugin in plugins}
    for name, symbols_of in missing.items():
        for symbol in symbols_of:
            print(f"{name} needs {symbol}, which libglia does not export")
    needed = sum(len(symbols(plugin, "--undefined-only") & exported) for plugin in plugins)
    print(f"{len(plugins)} plugins need {needed} symbols of libglia")
    return 1 if any(missing.values()) or not needed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
