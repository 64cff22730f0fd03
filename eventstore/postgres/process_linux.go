package postgres

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// attributes of a child: it runs as the account, gets a session of its own, so
// that a Ctrl-C meant for the service does not stop it before the service lets
// go of it, and the signal when the thread that started it ends. That thread
// must be locked to a goroutine that outlives the child.
func (a account) attributes(orphaned syscall.Signal) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true, Pdeathsig: orphaned, Credential: a.credential}
	if a.namespace != nil {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: int(a.namespace.Uid), HostID: a.uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: int(a.namespace.Gid), HostID: a.gid, Size: 1}}
	}
	return attr
}

// strays lists the live Postgres processes, of whatever parent, that work in
// the data folder. A process id alone would not do: after a reboot or in a new
// container the number in postmaster.pid may be an innocent's.
func strays(data string) []int {
	want, err := os.Stat(data)
	if err != nil {
		return nil
	}
	procs, _ := filepath.Glob("/proc/[0-9]*") // the only error is a malformed pattern
	var pids []int
	for _, proc := range procs {
		name, err := os.ReadFile(filepath.Join(proc, "comm"))
		if err != nil || strings.TrimSpace(string(name)) != "postgres" {
			continue
		}
		if cwd, err := os.Stat(filepath.Join(proc, "cwd")); err == nil && os.SameFile(cwd, want) {
			pids = append(pids, number(filepath.Base(proc)))
		}
	}
	return pids
}
