package postgres

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ProgramsEnv names the environment variable that holds the folder of initdb
// and postgres; when set, no other folder is searched.
const ProgramsEnv = "AFTERSALES_POSTGRES_BIN"

// programs is a folder with a complete set of server programs.
type programs struct {
	dir   string
	major int // 15 for PostgreSQL 15.18
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// findPrograms returns the first complete set of the wanted major version, or
// of any version when major is 0. The error is a *NotInstalledError.
func findPrograms(major int) (programs, error) {
	searched := searchPath()
	for _, dir := range searched {
		p := programs{dir: dir}
		if _, err := exec.LookPath(p.path("initdb")); err != nil {
			continue
		}
		if p.major = version(p.path("postgres")); p.major != 0 && (major == 0 || p.major == major) {
			return p, nil
		}
	}
	return programs{}, &NotInstalledError{Major: major, Searched: searched}
}

// searchPath lists where the programs may be, best first: what the user points
// at, then where the distributions put them, newest version first, for Debian
// keeps the server programs out of PATH.
func searchPath() []string {
	if dir := os.Getenv(ProgramsEnv); dir != "" {
		return []string{dir}
	}
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"} {
		found, _ := filepath.Glob(pattern) // the only error is a malformed pattern
		slices.SortFunc(found, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
		dirs = append(dirs, found...)
	}
	return unique(dirs)
}

func unique(dirs []string) []string {
	var kept []string
	for _, dir := range dirs {
		if !slices.Contains(kept, dir) {
			kept = append(kept, dir)
		}
	}
	return kept
}

var digits = regexp.MustCompile(`\d+`)

// number returns the first number in text, or 0.
func number(text string) int {
	n, _ := strconv.Atoi(digits.FindString(text))
	return n
}

// version asks a postgres program for its major version; 0 when it cannot run.
func version(program string) int {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return 0
	}
	return number(string(bytes.TrimPrefix(out, []byte("postgres (PostgreSQL)"))))
}

// dataVersion returns the major version that made the cluster, 0 when there is
// no cluster yet.
func dataVersion(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	return number(string(text))
}
