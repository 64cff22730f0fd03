package main_test

import (
	"bufio"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// startNode runs the event store alone until the test ends and answers where
// it is.
func startNode(t *testing.T, args ...string) string {
	t.Helper()
	cmd := command(append([]string{"node", "--data-dir", filepath.Join(t.TempDir(), "var"), "--listen", "127.0.0.1:0"}, args...)...)
	complaints, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("the node ended with %v", err)
		}
	})
	lines := bufio.NewScanner(complaints)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "aftersales: event store on "); ok {
			go func() {
				for lines.Scan() { // lest the node's writes block
				}
			}()
			return url
		}
		t.Log(lines.Text())
	}
	t.Fatal("the node ended before it served")
	return ""
}

// Two services with databases of their own write to one log, which a third
// process keeps behind TLS and a password.
func TestProcessesShareANodeThatRunsAlone(t *testing.T) {
	url := startNode(t, "--tls", "--users", "admin:a-word;app:p-word")
	url = strings.Replace(url, "esdb://", "esdb://admin:a-word@", 1) + "&tlsVerifyCert=false"
	services := []*service{serve(t, "--eventstore-url", url), serve(t, "--eventstore-url", url)}
	empty := services[1].head()
	var both sync.WaitGroup
	for i, s := range services {
		api := s.client()
		both.Go(func() {
			name := "Customer " + string(rune('A'+i))
			if _, err := api.Post(within(t), "/v1/customers", "customer-"+string(rune('a'+i)), map[string]string{"name": name}); err != nil {
				t.Errorf("service %d: %v", i, err)
			}
		})
	}
	both.Wait()
	if one, two := services[0].head(), services[1].head(); one != two || one == empty {
		t.Errorf("the log ends at %d for one service, at %d for the other, and ended at %d", one, two, empty)
	}
}
