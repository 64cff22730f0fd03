package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// account is who Postgres runs as. Exactly one way is set; none: as ourselves.
type account struct {
	uid, gid   int // who owns the files on disk
	credential *syscall.Credential
	namespace  *syscall.Credential // who root appears as inside a user namespace
}

func (a account) String() string {
	if a.namespace != nil {
		return fmt.Sprintf("user %d of a namespace", a.namespace.Uid)
	}
	return fmt.Sprintf("user %d", a.uid)
}

// chooseAccount returns the first account that can run the programs inside dir
// (see the package comment for the order). It may let the account's group pass
// through dir. The error is an *AccountError.
func chooseAccount(dir string, p programs) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	var candidates []account
	if uid, gid := owner(dir); uid > 0 {
		candidates = append(candidates, switched(uid, gid))
	}
	var inner *syscall.Credential
	for _, name := range []string{"postgres", "nobody"} {
		if a, err := lookup(name); err == nil {
			candidates = append(candidates, a)
			if inner == nil { // initdb needs a user id that has a name
				inner = a.credential
			}
		}
	}
	var faults []error
	for _, a := range candidates {
		err := a.admit(dir, p)
		if err == nil {
			return a, nil
		}
		faults = append(faults, fmt.Errorf("as %v: %w", a, err))
	}
	if inner == nil {
		return account{}, &AccountError{Dir: dir, Err: errors.Join(append(faults, errors.New("no user postgres or nobody"))...)}
	}
	mapped := account{namespace: inner}
	if err := mapped.enter(dir, p); err != nil {
		faults = append(faults, fmt.Errorf("as %v: %w", mapped, err))
		return account{}, &AccountError{Dir: dir, Err: errors.Join(faults...)}
	}
	return mapped, nil
}

func switched(uid, gid int) account {
	return account{uid: uid, gid: gid, credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func lookup(name string) (account, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, err
	}
	uid, uidErr := strconv.Atoi(u.Uid)
	gid, gidErr := strconv.Atoi(u.Gid)
	return switched(uid, gid), errors.Join(uidErr, gidErr)
}

// admit lets the account through dir if it can get as far. A folder of root's
// stays root's, so that the account cannot replace our files in it; its group
// may pass, not list.
func (a account) admit(dir string, p programs) error {
	if a.enter(dir, p) == nil {
		return nil
	}
	if err := a.enter(filepath.Dir(dir), p); err != nil {
		return err
	}
	if uid, _ := owner(dir); uid != 0 {
		return fmt.Errorf("%s belongs to user %d", dir, uid)
	}
	if err := errors.Join(os.Chown(dir, 0, a.gid), os.Chmod(dir, 0o710)); err != nil {
		return err
	}
	return a.enter(dir, p)
}

// enter tries the real thing, a program started in dir as the account: modes,
// access lists, mount options and the rights we lack all count.
func (a account) enter(dir string, p programs) error {
	cmd := exec.Command(p.path("postgres"), "--version")
	cmd.Dir = dir
	cmd.SysProcAttr = a.attributes(syscall.SIGKILL)
	runtime.LockOSThread() // see attributes
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

// private makes dir when missing, mode 0700, and gives it and all inside to the
// account when it is another's.
func (a account) private(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return errors.Join(err, fmt.Errorf("%s is not a folder", dir))
	}
	if uid, _ := owner(dir); uid != a.uid {
		if err := a.take(dir); err != nil {
			return err
		}
	}
	return os.Chmod(dir, 0o700)
}

// take gives dir and all inside to the account. No link leads it out of there.
func (a account) take(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, _ fs.DirEntry, err error) error {
		return errors.Join(err, root.Lchown(name, a.uid, a.gid))
	})
}
