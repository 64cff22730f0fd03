package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// rounds is how often something is killed: 5, or what the environment says.
func rounds(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("AFTERSALES_TEST_ROUNDS"))
	if err != nil || n < 1 {
		return 5
	}
	return n
}

// reading reads a collection again and again until the context ends: every
// answer is good, and none is older than the one before.
func (s *service) reading(ctx context.Context, path string) (reads int) {
	token, err := os.ReadFile(filepath.Join(s.dir, "admin-token"))
	if err != nil {
		s.t.Error(err)
		return 0
	}
	position, items := "", 0
	for ctx.Err() == nil {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/v1/"+path+"?limit=200", nil)
		if err != nil {
			s.t.Error(err)
			return reads
		}
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			break // the context ended, or the test says what is wrong
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			break
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(body, &page); err != nil || resp.StatusCode != http.StatusOK {
			s.t.Errorf("%s: %d %s", path, resp.StatusCode, body)
			return reads
		}
		at := resp.Header.Get("Position")
		if at < position || len(page.Items) < items {
			s.t.Errorf("%s went back from %s with %d items to %s with %d", path, position, items, at, len(page.Items))
		}
		position, items = at, len(page.Items)
		reads++
	}
	return reads
}

// Read models of real data are rebuilt and verified by the running service while
// commands go on; nobody who reads notices.
func TestReadModelsAreRebuiltWhileTheServiceWorks(t *testing.T) {
	s := serve(t)
	s.load(cutFile)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var readers sync.WaitGroup
	reads := make([]int, 4)
	for i, path := range []string{"tickets", "invoices", "deliveries", "credit-notes"} {
		readers.Go(func() { reads[i] = s.reading(ctx, path) })
	}
	i := s.begin(aCut(t))
	rebuilds := 0
	for importing := true; importing; rebuilds++ {
		select {
		case err := <-i.ended:
			if importing = false; err != nil {
				t.Errorf("the import ended with %v: %s", err, i.report.String())
			}
		default:
		}
		out := tool(t, "rebuild", "--url", s.url, "--data-dir", s.dir, "tickets", "documents")
		if want := "tickets rebuilt\ndocuments rebuilt\n"; string(out) != want {
			t.Errorf("rebuild printed %s", out)
		}
	}
	stop()
	readers.Wait()
	t.Logf("%d rebuilds, %v reads", rebuilds, reads)
	for _, n := range reads {
		if n == 0 {
			t.Error("a reader read nothing")
		}
	}
	tool(t, "verify", "--url", s.url, "--data-dir", s.dir)
	list := string(tool(t, "projections", "--url", s.url, "--data-dir", s.dir))
	for _, want := range []string{"documents", "running", "0 (0 failed)", "true"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list has no %q:\n%s", want, list)
		}
	}
	tool(t, "projections", "drop-old", "--url", s.url, "--data-dir", s.dir)
	if out := tool(t, "projections", "parked", "--url", s.url, "--data-dir", s.dir); len(out) > 0 {
		t.Errorf("parked: %s", out)
	}
	tool(t, "projections", "retry", "--url", s.url, "--data-dir", s.dir)
}

// customersPerRound are enough to be imported while something is killed once.
const customersPerRound = 3

// How many bytes a connection lives for under cuts: one to the event store
// carries many commands, those to Postgres are many.
const (
	bytesToStore    = 200_000
	bytesToPostgres = 40_000
)

// The service, the event store or Postgres is killed at random moments under
// load, while the connections to both are cut again and again: after each time
// the read models are what the log says, recounted here and rebuilt there.
func TestReadModelsAreRightAfterEveryKill(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	node := startedNode(t)
	store := cutting(t, rand.New(rand.NewPCG(seed, 1)), bytesToStore, "tcp", node.listen)
	postgres := cutting(t, rand.New(rand.NewPCG(seed, 2)), bytesToPostgres, "unix", filepath.Join(node.dir, "postgres", "run", ".s.PGSQL.5432"))
	cut := func(on bool) { store.on.Store(on); postgres.on.Store(on) }
	s := serve(t, "--partitions", "2", "--eventstore-url", strings.Replace(node.url, node.listen, store.at, 1),
		"--database-url", "postgres://postgres@"+postgres.at+"/aftersales?sslmode=disable")
	file := cutOf(t, customersPerRound*rounds(t))
	i := s.begin(file)
	order := random.Perm(3)
	for round := range rounds(t) {
		select {
		case err := <-i.ended:
			if err != nil {
				t.Fatalf("the import ended with %v: %s", err, i.report.String())
			}
			i = s.begin(file) // all of it is there: it only asks again
		default:
		}
		moment := s.head() + random.Uint64N(20_000)
		cut(true)
		enough := s.registering(fmt.Sprint("round-", round))
		eventually(t, "the log grows", func() bool { return s.head() >= moment })
		switch order[round%3] {
		case 0:
			t.Logf("service killed at %d", moment)
			s.kill()
			cut(false)
			s.start()
		case 1:
			t.Logf("postgres killed at %d", moment)
			killPostgres(node.dir)
		default:
			t.Logf("event store killed at %d", moment)
			node.kill()
			node.start()
		}
		cut(false)
		enough()
		eventually(t, "the read models are as the log says", func() bool {
			out, err := command("verify", "--url", s.url, "--data-dir", s.dir).CombinedOutput()
			if strings.Contains(string(out), "differs") {
				t.Fatalf("%s", out)
			}
			return err == nil
		})
		s.recounted(i, node)
	}
	if err := <-i.ended; err != nil {
		t.Fatalf("the import ended with %v: %s", err, i.report.String())
	}
	s.recounted(nil, node)
	t.Logf("%d connections to the event store cut, %d to Postgres", store.cuts.Load(), postgres.cuts.Load())
	if store.cuts.Load() == 0 || postgres.cuts.Load() == 0 {
		t.Error("nothing was cut")
	}
}

// registering registers customers one after the other until it is enough.
func (s *service) registering(key string) (enough func()) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	api, ended := s.client(), make(chan struct{})
	go func() {
		defer close(ended)
		for n := 0; ctx.Err() == nil; n++ {
			_, err := api.Post(ctx, "/v1/customers", fmt.Sprintf("%s-%d", key, n), map[string]string{"name": "Customer"})
			if err != nil && ctx.Err() == nil {
				s.t.Errorf("customer %d of %s: %v", n, key, err)
			}
		}
	}()
	return func() { stop(); <-ended }
}

// recounted compares what the read models show with the log, while the import
// that is under way is held.
func (s *service) recounted(i *importing, node *nodeProcess) {
	s.t.Helper()
	if i != nil {
		_ = i.cmd.Process.Signal(syscall.SIGSTOP) // it may have ended
		defer func() { _ = i.cmd.Process.Signal(syscall.SIGCONT) }()
	}
	compared := func() bool {
		before := s.head()
		shown := s.figures()
		log := recount(printed(s.t, "--eventstore-url", node.url, "--database-url", "unused", "--data-dir", s.dir))
		if s.head() != before {
			return false // what was asked for before the import was held is still done
		}
		if diff := cmp.Diff(log, shown); diff != "" {
			s.t.Errorf("read models at %d (-log +read models):\n%s", before, diff)
		}
		return true
	}
	eventually(s.t, "the log comes to rest", compared)
}
