/**
 * `python3 -c THIS RULES COMMAND…`: restricts file access and TCP connections to the rules, for this process and its
 * descendants, then executes the command. See landlock(7); the numbers are from linux/landlock.h.
 */
export const LANDLOCK_LAUNCHER = `
import ctypes, json, os, struct, sys
rules, command = json.loads(sys.argv[1]), sys.argv[2:]
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    result = libc.syscall(ctypes.c_long(number), *args)
    if result < 0:
        sys.exit("landlock: " + os.strerror(ctypes.get_errno()))
    return result
CREATE, ADD, RESTRICT = 444, 445, 446
abi = call(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
if abi < 4:
    sys.exit("landlock: this kernel's (ABI %d) cannot restrict TCP, which needs Linux 6.7" % abi)
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
ALL = (1 << 15) - 1 if abi < 5 else (1 << 16) - 1
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | (IOCTL if abi >= 5 else 0)
CONNECT = 2
attr = struct.pack("QQQ", ALL, CONNECT, 3 if abi >= 6 else 0)[: 24 if abi >= 6 else 16]
ruleset = call(CREATE, attr, ctypes.c_size_t(len(attr)), ctypes.c_uint32(0))
def allow(path, rights):
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= OF_FILES
    call(ADD, ctypes.c_int(ruleset), ctypes.c_int(1), struct.pack("=Qi", rights, fd), ctypes.c_uint32(0))
    os.close(fd)
for path in rules["readable"]:
    allow(path, READ)
for path in rules["writable"]:
    allow(path, ALL)
allow("/proc/%d" % os.getpid(), READ)
for path in rules["devices"]:
    allow(path, READ_FILE | WRITE_FILE | OF_FILES & IOCTL)
if rules["port"] is not None:
    port = struct.pack("QQ", CONNECT, rules["port"])
    call(ADD, ctypes.c_int(ruleset), ctypes.c_int(2), port, ctypes.c_uint32(0))
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIGKILL = 1, 38, 9
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0):
    sys.exit("landlock: prctl failed")
# Look up the command now: after the restriction, Python may not be able to read its own library.
files = [command[0]] if "/" in command[0] else [os.path.join(d, command[0]) for d in os.get_exec_path()]
call(RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
reason = "not found"
for file in files:
    try:
        os.execv(file, command)
    except OSError as error:
        if reason == "not found" and error.errno != 2:
            reason = error.strerror
sys.stderr.write("cannot run %s: %s\\n" % (command[0], reason))
os._exit(127)
`;
