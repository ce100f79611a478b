#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Slurm of one node for tests: munged, slurmctld and slurmd of one's own, on the loopback device.

    cluster.py up DIR PID       starts it and waits until the node takes jobs; DIR/slurm.conf selects it;
                                it goes down by itself when the process PID is gone, however that ended
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
PATIENCE = 30  # seconds for any one command

# cred_expire: a requeued job waits a second longer than this. Less than 5 counts as the default, 120.
# MinJobAge: Slurm forgets what has ended soon, as it does after minutes elsewhere.
CONF = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={control}
SlurmdPort={node}
{listening}AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
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
MinJobAge=2
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


def listening(host):
    """Daemons can keep to one address only where their machine's name has one."""
    try:
        socket.gethostbyname(host)
    except OSError:
        return ""
    return "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny\n"


def start_controller(folder):
    (folder / "slurmctld.pid").unlink(missing_ok=True)
    subprocess.run([program("slurmctld"), "-f", folder / "slurm.conf"], check=True, timeout=PATIENCE)


def ask(folder, *words):
    """What a Slurm command prints; nothing if it fails or takes too long."""
    try:
        return subprocess.run(words, env=environment(folder), text=True, capture_output=True,
                              timeout=PATIENCE, check=False).stdout
    except subprocess.TimeoutExpired:
        return ""


def node_state(folder):
    shown = ask(folder, "scontrol", "-o", "show", "node")
    return next((word[6:] for word in shown.split() if word.startswith("State=")), "")


def wait_until(happened, seconds):
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def wait_ready(folder):
    if not wait_until(lambda: node_state(folder).rstrip("*+") in ("IDLE", "MIXED", "ALLOCATED"), 60):
        sys.exit(f"cluster.py: the node is '{node_state(folder)}' after 60 s; see {folder}/*.log")


def start_time(pid):
    """With the number, this tells a process from all others, past and future; None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def guard(folder, owner):
    """Waits for the end of the owner, who may not have come to call `down`."""
    born = start_time(owner)
    while born and start_time(owner) == born:
        time.sleep(0.3)
    down(folder)
    shutil.rmtree(folder, ignore_errors=True)


def up(folder, owner):
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    subprocess.Popen([sys.executable, __file__, "guard", folder, str(owner)], start_new_session=True,
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder.chmod(0o755)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    subprocess.run([program("munged"), f"--socket={folder}/munge.socket", f"--key-file={key}",
                    f"--log-file={folder}/munged.log", f"--pid-file={folder}/munged.pid",
                    f"--seed-file={folder}/munged.seed", "--num-threads=1"], check=True, timeout=PATIENCE)
    host = socket.gethostname().split(".")[0]
    control, node = free_ports(2)
    (folder / "slurm.conf").write_text(CONF.format(host=host, user=getpass.getuser(), folder=folder,
                                                   control=control, node=node,
                                                   listening=listening(host)))
    # Nothing here uses control groups, but slurmd looks for them, and not every container has some:
    # of version 1 it asks nothing before they are used.
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
    start_controller(folder)
    subprocess.run([program("slurmd"), "-f", folder / "slurm.conf", "-N", host], check=True,
                   timeout=PATIENCE)
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
        ask(folder, "scancel", f"--user={getpass.getuser()}")
        wait_until(lambda: not ask(folder, "squeue", "-h").strip(), 8)
    for name in DAEMONS:
        pid = daemon(folder, name)
        if not pid:
            continue
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not is_process(pid, name), 5):
            os.kill(pid, signal.SIGKILL)
    for step in list(left_over_steps(folder)):
        for pid in list(tree(step)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    action, folder = arguments[0], Path(arguments[1]).absolute()
    if action == "up" and len(arguments) == 3:
        try:
            up(folder, int(arguments[2]))
        except BaseException:  # whoever called may remove the folder, which knows what runs
            down(folder)
            raise
    elif action == "guard" and len(arguments) == 3:
        guard(folder, int(arguments[2]))
    elif action == "controller" and len(arguments) == 2:
        start_controller(folder)
        wait_ready(folder)
    elif action == "down" and len(arguments) == 2:
        down(folder)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
