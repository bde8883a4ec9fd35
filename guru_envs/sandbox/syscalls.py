"""System call numbers of Linux on x86-64 and aarch64, grouped by how the sandbox treats them.

Each entry is ``name:number on x86-64:number on aarch64``; ``-`` means that the architecture does not have the call. Calls that
are in no group do not exist for a program (ENOSYS), so a library that tries a new call falls back to an old one.
"""

from __future__ import annotations

import platform

ARCHITECTURES = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2)}
"""Machine name: the AUDIT_ARCH word of seccomp and the column of the tables."""

_ALLOWED = """
read:0:63 write:1:64 readv:19:65 writev:20:66 pread64:17:67 pwrite64:18:68 preadv:295:69 pwritev:296:70
lseek:8:62 close:3:57 close_range:436:436 fstat:5:80 stat:4:- lstat:6:- newfstatat:262:79 statx:332:291
access:21:- faccessat:269:48 faccessat2:439:439 getdents64:217:61 getcwd:79:17 chdir:80:49 fchdir:81:50
readlink:89:- readlinkat:267:78 dup:32:23 dup2:33:- dup3:292:24 pipe:22:- pipe2:293:59 ftruncate:77:46
fsync:74:82 fdatasync:75:83 poll:7:- ppoll:271:73 select:23:- pselect6:270:72 statfs:137:43 fstatfs:138:44
mmap:9:222 munmap:11:215 mprotect:10:226 mremap:25:216 madvise:28:233 brk:12:214 mincore:27:232 msync:26:227
membarrier:324:283 getpid:39:172 gettid:186:178 getppid:110:173 getuid:102:174 geteuid:107:175 getgid:104:176
getegid:108:177 getresuid:118:148 getresgid:120:150 getgroups:115:158 getpgrp:111:- getpgid:121:155
getsid:124:156 uname:63:160 sysinfo:99:179 getrusage:98:165 times:100:153 getrandom:318:278 umask:95:166
getcpu:309:168 getrlimit:97:163 setrlimit:160:164 getpriority:140:141 sched_yield:24:124
sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120 sched_get_priority_max:146:125
sched_get_priority_min:147:126 exit:60:93 exit_group:231:94 futex:202:98 set_robust_list:273:99
get_robust_list:274:100 set_tid_address:218:96 rseq:334:293 arch_prctl:158:- restart_syscall:219:128
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136 rt_sigtimedwait:128:137
rt_sigsuspend:130:133 sigaltstack:131:132 pause:34:- signalfd4:289:74 alarm:37:- setitimer:38:103
getitimer:36:102 nanosleep:35:101 clock_nanosleep:230:115 clock_gettime:228:113 clock_getres:229:114
gettimeofday:96:169 time:201:- eventfd2:290:19 epoll_create1:291:20 epoll_create:213:- epoll_ctl:233:21
epoll_wait:232:- epoll_pwait:281:22 recvfrom:45:207 shutdown:48:210 getsockname:51:204 getpeername:52:205
getsockopt:55:209 setsockopt:54:208 wait4:61:260 waitid:247:95
"""  # Harmless with any argument.

_SUPERVISOR = """
seccomp:317:277 recvmsg:47:212 sendmsg:46:211 pidfd_open:434:434 pidfd_send_signal:424:424 chmod:90:-
fchmodat:268:53
"""  # Needed by the zygote; a program gets EPERM.

_FILES = """
mkdir:83:- mkdirat:258:34 rmdir:84:- unlink:87:- unlinkat:263:35 rename:82:- renameat:264:38 renameat2:316:276
"""  # Allowed where there is a temporary directory and something else that confines them to it; otherwise EPERM.

_CONDITIONAL = """
clone:56:220 fcntl:72:25 ioctl:16:29 socketpair:53:199 sendto:44:206 kill:62:129 tgkill:234:131
prlimit64:302:261 prctl:157:167 open:2:- openat:257:56
"""  # Allowed for some arguments only.

_DENIED = """
fork:57:- vfork:58:- execve:59:221 execveat:322:281 socket:41:198 connect:42:203 bind:49:200 listen:50:201
accept:43:202 accept4:288:242 recvmmsg:299:243 sendmmsg:307:269 ptrace:101:117 process_vm_readv:310:270
process_vm_writev:311:271 pidfd_getfd:438:438 kcmp:312:272 tkill:200:130 rt_sigqueueinfo:129:138
rt_tgsigqueueinfo:297:240 mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 unshare:272:97
setns:308:268 fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433 open_tree:428:428
move_mount:429:429 mount_setattr:442:442 creat:85:- link:86:- linkat:265:37 symlink:88:-
symlinkat:266:36 mknod:133:- mknodat:259:33 truncate:76:45 fallocate:285:47 fchmod:91:52
chown:92:- fchown:93:55 lchown:94:- fchownat:260:54 utime:132:- utimes:235:- utimensat:280:88
futimesat:261:- setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15
fremovexattr:199:16 flock:73:32 memfd_create:319:279 memfd_secret:447:447 shmget:29:194 shmat:30:196
shmctl:31:195 shmdt:67:197 msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187 semget:64:190 semop:65:193
semctl:66:191 semtimedop:220:192 mq_open:240:180 mq_unlink:241:181 mlock:149:228 mlock2:325:284 mlockall:151:230
munlock:150:229 munlockall:152:231 userfaultfd:323:282 perf_event_open:298:241 bpf:321:280
io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427 io_setup:206:0 io_submit:209:2
add_key:248:217 request_key:249:218 keyctl:250:219 kexec_load:246:104 kexec_file_load:320:294
init_module:175:105 finit_module:313:273 delete_module:176:106 reboot:169:142 swapon:167:224 swapoff:168:225
acct:163:89 settimeofday:164:170 clock_settime:227:112 adjtimex:159:171 clock_adjtime:305:266
sethostname:170:161 setdomainname:171:162 syslog:103:116 quotactl:179:60 nfsservctl:180:42 iopl:172:-
ioperm:173:- modify_ldt:154:- personality:135:92 vhangup:153:58 setuid:105:146 setgid:106:144 setreuid:113:145
setregid:114:143 setresuid:117:147 setresgid:119:149 setfsuid:122:151 setfsgid:123:152 setgroups:116:159
capset:126:91 setsid:112:157 setpgid:109:154 setpriority:141:140 ioprio_set:251:30 sched_setaffinity:203:122
sched_setscheduler:144:119 sched_setparam:142:118 sched_setattr:314:274 open_by_handle_at:304:265
name_to_handle_at:303:264 fanotify_init:300:262 fanotify_mark:301:263 inotify_init:253:- inotify_init1:294:26
inotify_add_watch:254:27 process_madvise:440:440 process_mrelease:448:448 migrate_pages:256:238
move_pages:279:239 mbind:237:235 set_mempolicy:238:237 landlock_create_ruleset:444:444 landlock_add_rule:445:445
landlock_restrict_self:446:446 lookup_dcookie:212:18 uselib:134:- ustat:136:- sysfs:139:- vmsplice:278:75
splice:275:76 tee:276:77 pkey_mprotect:329:288
"""  # Known and refused with EPERM, so that a program sees a clear PermissionError.


def _table(text: str, column: int) -> dict[str, int]:
    entries = (entry.split(":") for entry in text.split())
    return {entry[0]: int(entry[column]) for entry in entries if entry[column] != "-"}


def architecture() -> tuple[int, int] | None:
    """AUDIT_ARCH word and table column of this machine, or None where the tables do not cover it."""
    return ARCHITECTURES.get(platform.machine())


_COLUMN = (architecture() or (0, 1))[1]
ALLOWED = _table(_ALLOWED, _COLUMN)
SUPERVISOR = _table(_SUPERVISOR, _COLUMN)
CONDITIONAL = _table(_CONDITIONAL, _COLUMN)
FILES = _table(_FILES, _COLUMN)
DENIED = _table(_DENIED, _COLUMN)
NUMBERS = {**ALLOWED, **SUPERVISOR, **CONDITIONAL, **FILES, **DENIED}
