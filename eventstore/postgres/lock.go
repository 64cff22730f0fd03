package postgres

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// acquire locks the folder for this process. The lock is the kernel's (flock),
// held by the returned file: it ends with the file or with the process, however
// that dies, and no child inherits it. When it is taken: *InUseError.
func acquire(dir string) (*os.File, error) {
	file, err := open(filepath.Join(dir, "lock"), os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }() // nothing was written
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("postgres: lock %s: %w", dir, err)
		}
		holder, _ := io.ReadAll(file) // only for the message
		return nil, &InUseError{Dir: dir, PID: number(string(holder))}
	}
	if err := errors.Join(file.Truncate(0), note(file)); err != nil {
		_ = file.Close() // the first error counts
		return nil, fmt.Errorf("postgres: lock %s: %w", dir, err)
	}
	return file, nil
}

func note(file *os.File) error {
	_, err := fmt.Fprintln(file, os.Getpid())
	return err
}

// open creates or opens a private file of ours. It follows no link, since the
// folder may belong to another account while we are root, and it gives the file
// to the folder's owner, who may be the one to run the service next time.
func open(path string, mode int) (*os.File, error) {
	file, err := os.OpenFile(path, mode|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if uid, gid := owner(filepath.Dir(path)); os.Geteuid() == 0 && uid > 0 {
		err = file.Chown(uid, gid)
	}
	if err != nil {
		_ = file.Close() // the first error counts
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return file, nil
}

// owner returns the user and group that own path; -1 when it is not there.
func owner(path string) (uid, gid int) {
	info, err := os.Lstat(path)
	if err != nil {
		return -1, -1
	}
	stat := info.Sys().(*syscall.Stat_t)
	return int(stat.Uid), int(stat.Gid)
}
