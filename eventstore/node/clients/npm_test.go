package clients

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"aftersales/eventstore/node"
)

// The Node clients, which append through BatchAppend: each runs the checks of
// npm/checks.js. They are installed from npm as npm/package-lock.json says.
func TestTheNodeClients(t *testing.T) {
	if testing.Short() {
		t.Skip("installs packages from npm")
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the clients of npm are not checked: there is no %s on this machine", program)
		}
	}
	dir := filepath.Join(t.TempDir(), "npm")
	if err := os.CopyFS(dir, os.DirFS("npm")); err != nil {
		t.Fatal(err)
	}
	url := serve(t, 0, node.Config{}).URL()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := func(t *testing.T, name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "ESDB_URL="+url)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		t.Logf("%s", out)
	}
	install := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("the clients of npm are not checked: they cannot be installed here: %v\n%s", err, out)
	}
	for _, script := range []string{"eventstore.js", "kurrentdb.js"} {
		t.Run(script, func(t *testing.T) { run(t, "node", script) })
	}
}
