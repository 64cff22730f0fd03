package postgres

import "golang.org/x/sys/unix"

// turn is how long the scheduler lets a server process run at a time, in
// nanoseconds, where that is less than Linux's own 0.7 to 2.8 ms, which grow with
// the number of processors.
const turn = 1_000_000

// shortenTurns makes the scheduler run a process, and those that it will start,
// for less time at once and in return sooner after they were woken. The writer
// of the log is woken after each wait for the disk, and everybody waits for it:
// without this it spent more than a third of a commit waiting for its turn on
// busy processors. Kernels before 6.12 do not tell and take no notice; where it
// is not allowed nothing but time is lost.
func shortenTurns(pid int) {
	attr, err := unix.SchedGetAttr(pid, 0)
	if err != nil || attr.Policy != unix.SCHED_NORMAL || attr.Runtime <= turn {
		return
	}
	attr.Runtime = turn
	_ = unix.SchedSetAttr(pid, attr, 0)
}
