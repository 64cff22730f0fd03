package http_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// npmDir is where the programs of npm were installed, "" for nowhere.
var npmDir string

// npm installs what npm/package-lock.json names, once for all tests. An error
// says that this machine cannot.
var npm = sync.OnceValue(func() (err error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return err
		}
	}
	if npmDir, err = os.MkdirTemp("", "aftersales-npm-"); err != nil {
		return err
	}
	if err := os.CopyFS(npmDir, os.DirFS("npm")); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
	install.Dir = npmDir
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

// removeNPM removes what npm installed.
func removeNPM() error { return os.RemoveAll(npmDir) }

// node runs a program of the folder npm, or one that was installed there, and
// answers what it writes; it fails when the program does. Without npm the test
// is skipped.
func node(t *testing.T, in io.Reader, script string, args ...string) (string, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("installs packages from npm")
	}
	if err := npm(); err != nil {
		t.Skipf("not checked with the programs of npm, they cannot be installed here: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{filepath.FromSlash(script)}, args...)...)
	cmd.Dir, cmd.Stdin = npmDir, in
	cmd.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return string(out), err
}
