"""A Python that imports TensorFlow once and runs each program in a fork of itself: a program of its own costs six seconds before its first line.

    python forking_python.py SOCKET CLIENT

Writes CLIENT, an executable that takes what `python` takes (`-c CODE …` or FILE …), and ends when its standard input does. What a program
sets, starts or leaves behind stays in its fork, so each runs as in a Python that was started for it.
"""
import os
import runpy
import socket
import sys
import threading

CLIENT = '''#!{python} -IS
import os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
socket.send_fds(line, [b'.'], [0, 1, 2])
line.sendall(chr(0).join([os.getcwd(), *sys.argv[1:]]).encode())
line.shutdown(socket.SHUT_WR)
sys.exit(int(line.recv(16) or b'1'))
'''


def received(line):
    return b''.join(iter(lambda: line.recv(65536), b'')).decode().split('\0')


def run(first, *rest):
    sys.argv = [first, *rest]
    if first == '-c':
        sys.argv = ['-c', *rest[1:]]
        exec(compile(rest[0], '<string>', 'exec'), {'__name__': '__main__'})
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(first)))
        runpy.run_path(first, run_name='__main__')


def serve(line):
    _, files, _, _ = socket.recv_fds(line, 1, 3)
    folder, *arguments = received(line)
    child = os.fork()
    if child == 0:
        for at, file in enumerate(files):
            os.dup2(file, at)
        os.chdir(folder)
        code = 1
        try:
            run(*arguments)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    for file in files:
        os.close(file)
    _, status = os.waitpid(child, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
    line.close()


def main(path, client):
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    import numpy, onnx, tensorflow  # noqa: E401, F401: what all programs share
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    with open(client, 'w', encoding='utf8') as file:
        file.write(CLIENT.format(python=sys.executable, path=path))
    os.chmod(client, 0o755)
    print('ready', flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        line, _ = listener.accept()
        serve(line)


if __name__ == '__main__':
    main(*sys.argv[1:])
