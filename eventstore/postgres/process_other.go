//go:build unix && !linux

package postgres

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// attributes of a child: it runs as the account in a session of its own. These
// systems have no signal for orphans, so the next Start stops a server that
// outlived its service; and no user namespaces, so the account must do without.
func (a account) attributes(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Credential: a.credential}
}

// shortenTurns is for the scheduler of Linux.
func shortenTurns(int) {}

// strays lists the postmaster of the data folder if it still runs.
func strays(data string) []int {
	pid := postmaster(data)
	if pid == 0 {
		return nil
	}
	name, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || !strings.HasPrefix(filepath.Base(strings.TrimSpace(string(name))), "postgres") {
		return nil
	}
	return []int{pid}
}
