package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// README's commands work as printed, copied one after the other into a shell
// next to the data folder of a service with the sample. Only the address is
// another than `make run` serves on.
func TestTheCommandsOfTheREADMEWorkAsPrinted(t *testing.T) {
	t.Parallel()
	s := serve(t, "--sample")
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script := shellOf(section(string(readme), "## Try it"))
	if n := strings.Count(script, "Idempotency-Key"); n != 5 {
		t.Fatalf("README gives %d commands, want 5", n)
	}
	script = strings.ReplaceAll(script, "http://127.0.0.1:8080", s.url)
	buttons := `curl -sS "$TICKET" -H "$AUTH" | grep -o '"smart_buttons":{[^}]*}'`
	setting, rest, _ := strings.Cut(script, "curl")
	before := run(t, s, setting+buttons)
	if want := `"smart_buttons":{"credit_notes":0,"coupons":0,"returns":0,"repairs":0,"tasks":0}`; before != want {
		t.Errorf("before: %s", before)
	}
	out := run(t, s, setting+"curl"+rest)
	eventually(t, "all smart buttons show 1", func() bool {
		return run(t, s, setting+buttons) == `"smart_buttons":{"credit_notes":1,"coupons":1,"returns":1,"repairs":1,"tasks":1}`
	})
	if strings.Contains(out, "urn:aftersales:problem") {
		t.Errorf("a command of the README was refused:\n%s", out)
	}
	head := s.head()
	run(t, s, script)
	if again := s.head(); again != head {
		t.Errorf("repeating README's commands moved the log from %d to %d", head, again)
	}
}

// section is the text under a heading, up to the next one of its level.
func section(text, heading string) string {
	_, after, _ := strings.Cut(text, heading+"\n")
	body, _, _ := strings.Cut(after, "\n## ")
	return body
}

// shellOf joins the shell blocks of a Markdown text.
func shellOf(text string) string {
	var script strings.Builder
	for _, block := range strings.Split(text, "```sh\n")[1:] {
		commands, _, _ := strings.Cut(block, "```")
		script.WriteString(commands)
	}
	return script.String()
}

// run runs a script beside the service's data folder, stopping at the first
// error, and answers what it printed.
func run(t *testing.T, s *service, script string) string {
	t.Helper()
	cmd := exec.CommandContext(within(t), "bash", "-e", "-o", "pipefail", "-c", script)
	cmd.Dir = filepath.Dir(s.dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}
