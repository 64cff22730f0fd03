package main_test

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// customersWithCancellations is how many of them the file has that is imported
// under kills.
const customersWithCancellations = 25

// aCut are all documents of some customers of the whole file that cancelled
// something; without the whole file it is the cut in the program.
func aCut(t *testing.T) string {
	t.Helper()
	return cutOf(t, customersWithCancellations)
}

// cutOf is aCut of so many customers, or of all there are.
func cutOf(t *testing.T, customers int) string {
	t.Helper()
	b, err := os.ReadFile(wholeFile)
	if err != nil {
		t.Logf("%s is not here: the cut in the program has to do", wholeFile)
		return cutFile
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines, cancelled := map[string]int{}, []string{}
	for _, row := range rows[1:] {
		lines[row[6]]++
	}
	for _, row := range rows[1:] {
		if customer := row[6]; strings.HasPrefix(row[0], "C") && lines[customer] < 40 && !slices.Contains(cancelled, customer) {
			cancelled = append(cancelled, customer)
		}
	}
	kept := cancelled[:min(customers, len(cancelled))]
	return write(t, text(slices.DeleteFunc(rows[1:], func(row []string) bool { return !slices.Contains(kept, row[6]) })))
}

// importing is an import under way.
type importing struct {
	cmd    *exec.Cmd
	report bytes.Buffer
	ended  chan error
}

func (s *service) begin(file string) *importing {
	s.t.Helper()
	i := &importing{cmd: s.importer(file), ended: make(chan error, 1)}
	i.cmd.Stdout, i.cmd.Stderr = &i.report, &i.report
	if err := i.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { i.ended <- i.cmd.Wait() }()
	s.t.Cleanup(func() { _ = i.cmd.Process.Kill() })
	return i
}

// Whatever is killed with -9, and when: the import ends in the state in which
// an undisturbed one ends, event for event.
func TestKillsLeaveNoTrace(t *testing.T) {
	file := aCut(t)
	calm := serve(t)
	want := calm.load(file)
	last, shown := calm.head(), calm.readModels()
	calm.stop()
	log := identities(t, calm.events())

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := []string{"service", "importer", "postgres", "service", "importer", "postgres"}
	random.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })
	moments := make([]uint64, len(kills)) // lengths of the log
	for i := range moments {
		moments[i] = random.Uint64N(last * 95 / 100)
	}
	slices.Sort(moments)

	s := serve(t)
	i := s.begin(file)
	for n, kill := range kills {
		eventually(t, "the log grows", func() bool { return s.head() >= moments[n] })
		t.Logf("%s killed at %d of %d", kill, moments[n], last)
		switch kill {
		case "service":
			s.kill()
			s.start()
		case "postgres":
			s.killPostgres()
		case "importer":
			_ = i.cmd.Process.Kill() // it may have ended
			<-i.ended                //nolint:errcheck // it was killed
			i = s.begin(file)
		}
	}
	select {
	case err := <-i.ended:
		if err != nil {
			t.Fatalf("the import ended with %v: %s", err, i.report.String())
		}
	case <-within(t).Done():
		t.Fatal("the import does not end")
	}
	if diff := cmp.Diff(want, i.report.String()); diff != "" {
		t.Errorf("report (-calm +killed):\n%s", diff)
	}
	if diff := cmp.Diff(want, s.load(file)); diff != "" {
		t.Errorf("report of a run after it (-calm +killed):\n%s", diff)
	}
	if diff := cmp.Diff(shown, s.readModels()); diff != "" {
		t.Errorf("read models (-calm +killed):\n%s", diff)
	}
	s.stop()
	if diff := cmp.Diff(log, identities(t, s.events())); diff != "" {
		t.Errorf("events (-calm +killed):\n%s", diff)
	}
	tool(t, "verify", "--data-dir", s.dir)
}
