"""Says of each host:port whether a connection is taken there: one word a line, in the order of the arguments."""
import socket
import sys
from concurrent.futures import ThreadPoolExecutor


def reach(target):
    host, _, port = target.rpartition(":")
    try:
        # Longer than the first packet may be lost for; what a policy drops silently stays silent.
        socket.create_connection((host, int(port)), timeout=4).close()
        return "reached"
    except OSError:
        return "stopped"


with ThreadPoolExecutor(max_workers=32) as pool:
    print(*pool.map(reach, sys.argv[1:]), sep="\n")
