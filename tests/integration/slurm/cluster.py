#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Slurm of one node for tests: munged, slurmctld and slurmd of one's own, on the loopback device.

    cluster.py up DIR           starts it and waits until the node takes jobs; DIR/slurm.conf selects it
    cluster.py controller DIR   starts the controller again after it was killed
    cluster.py down DIR         ends everything that DIR names, jobs included
"""
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

DAEMONS = ("slurmd", "slurmctld", "munged")

CONF = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={control}
SlurmdPort={node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
JobRequeue=1
NodeName={host} NodeHostname={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"cluster.py: there is no {name}; install slurm-wlm and munge")
    return found


def environment(folder):
    return {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}


def start_controller(folder):
    (folder / "slurmctld.pid").unlink(missing_ok=True)
    subprocess.run([program("slurmctld"), "-f", folder / "slurm.conf"], check=True)


def node_state(folder):
    shown = subprocess.run(["scontrol", "-o", "show", "node"], env=environment(folder), text=True,
                           capture_output=True, timeout=30).stdout
    return next((word[6:] for word in shown.split() if word.startswith("State=")), "")


def wait_ready(folder):
    for _ in range(300):
        if node_state(folder).rstrip("*+") in ("IDLE", "MIXED", "ALLOCATED"):
            return
        time.sleep(0.1)
    sys.exit(f"cluster.py: the node is '{node_state(folder)}' after 30 s; see {folder}/*.log")


def up(folder):
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    subprocess.run([program("munged"), f"--socket={folder}/munge.socket", f"--key-file={key}",
                    f"--log-file={folder}/munged.log", f"--pid-file={folder}/munged.pid",
                    f"--seed-file={folder}/munged.seed", "--num-threads=1"], check=True)
    host = socket.gethostname().split(".")[0]
    control, node = free_ports(2)
    (folder / "slurm.conf").write_text(CONF.format(host=host, user=getpass.getuser(), folder=folder,
                                                   control=control, node=node))
    start_controller(folder)
    subprocess.run([program("slurmd"), "-f", folder / "slurm.conf", "-N", host], check=True)
    wait_ready(folder)


def is_process(pid, name):
    """Whether the number still belongs to a living process of this name."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return fields["Name"] == name and not fields["State"].startswith("Z")


def daemon(folder, name):
    try:
        pid = int((folder / f"{name}.pid").read_text())
    except (OSError, ValueError):
        return None
    return pid if is_process(pid, name) else None


def left_over_steps(folder):
    """Job steps that outlived their daemon: those that write this cluster's log."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() != "slurmstepd":
                continue
            if any(os.readlink(fd) == str(folder / "slurmd.log") for fd in (entry / "fd").iterdir()):
                yield int(entry.name)
        except OSError:
            continue


def tree(pid):
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from tree(int(child))


def down(folder):
    if daemon(folder, "slurmctld") and daemon(folder, "slurmd"):
        subprocess.run(["scancel", f"--user={getpass.getuser()}"], env=environment(folder), timeout=30,
                       check=False)
        for _ in range(80):
            left = subprocess.run(["squeue", "-h"], env=environment(folder), capture_output=True,
                                  timeout=30, check=False).stdout
            if not left.strip():
                break
            time.sleep(0.1)
    for name in DAEMONS:
        pid = daemon(folder, name)
        if not pid:
            continue
        os.kill(pid, signal.SIGTERM)
        for _ in range(50):
            if not is_process(pid, name):
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
    for step in list(left_over_steps(folder)):
        for pid in list(tree(step)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("up", "controller", "down"):
        sys.exit(__doc__)
    folder = Path(arguments[1]).absolute()
    if arguments[0] == "controller":
        start_controller(folder)
        wait_ready(folder)
    else:
        {"up": up, "down": down}[arguments[0]](folder)


if __name__ == "__main__":
    main(sys.argv[1:])
