package postgres

import (
	"errors"
	"fmt"
	"strings"
)

// ErrClosed is returned by the methods of a Server after Close.
var ErrClosed = errors.New("postgres: server is closed")

// InUseError says that another service holds the folder.
type InUseError struct {
	Dir string
	PID int // of the holder; 0 when it could not be read
}

func (e *InUseError) Error() string {
	holder := "another process"
	if e.PID != 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("postgres: %s is in use by %s: stop it, or set AFTERSALES_DATA_DIR to another folder", e.Dir, holder)
}

// NotInstalledError says that the machine has no PostgreSQL server programs, or
// none that can read the data that is already there.
type NotInstalledError struct {
	Major    int      // the version the data asks for; 0 when any would do
	Searched []string // the folders looked into
}

func (e *NotInstalledError) Error() string {
	what, install := "PostgreSQL server programs", "postgresql"
	if e.Major != 0 {
		what = fmt.Sprintf("programs of PostgreSQL %d, which made the existing data,", e.Major)
		install = fmt.Sprintf("postgresql-%d", e.Major)
	}
	return fmt.Sprintf("postgres: no %s found in %s: install them (Debian/Ubuntu: apt-get install %s) or name their folder in %s",
		what, strings.Join(e.Searched, ", "), install, ProgramsEnv)
}

// AccountError says that the service runs as root and no account was found that
// Postgres could run as.
type AccountError struct {
	Dir string
	Err error // why each account was not possible
}

func (e *AccountError) Error() string {
	return fmt.Sprintf("postgres: it refuses to run as root and no other account can use %s: run the service as an ordinary user, "+
		"let others pass through the folders above it (chmod o+x), or set AFTERSALES_DATA_DIR to a folder they can reach, "+
		"such as /var/lib/aftersales: %v", e.Dir, e.Err)
}

func (e *AccountError) Unwrap() error { return e.Err }

// StartError says that Postgres or initdb ran and failed.
type StartError struct {
	Err    error
	Log    string // path of the log file
	Output string // its last lines
}

func (e *StartError) Error() string {
	return fmt.Sprintf("postgres: did not start: %v; last lines of %s:\n%s", e.Err, e.Log, e.Output)
}

func (e *StartError) Unwrap() error { return e.Err }
