// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"
#include "sweep/plan.hpp"

#include <glia/sdk/export.hpp>

#include <map>
#include <string>

namespace glia::sweep {

/// Of the parts of a plan those that are programs, with this program's own build: what every worker
/// has to be made of, from the first trial to the last.
GLIA_API std::map<std::string, std::string> build_parts(const Plan& plan);

/// "1.0.0, build 0123456789abcdef": version and hash of the library that a plugin lies in.
GLIA_API std::string build_of(const CatalogEntry& plugin);

/// Error (plugin) names every part that this process has of another build, as its file was replaced
/// while the sweep ran.
GLIA_API void require_parts(const std::map<std::string, std::string>& parts,
                            const Catalog& catalog);

}  // namespace glia::sweep
