"""Takes connections on the ports that it is given, and says hello."""
import socket
import sys
import threading


def listen(port):
    server = socket.create_server(("", port), reuse_port=False)
    while True:
        connection, _ = server.accept()
        connection.sendall(b"hello\n")
        connection.close()


for port in sys.argv[1:]:
    threading.Thread(target=listen, args=(int(port),)).start()
