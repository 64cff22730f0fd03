package main_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/postgres"
)

// openNode starts an event store on a database of its own, with a client.
func openNode(t *testing.T, pg *postgres.Server, name string) (url string, store *eventstore.Client) {
	t.Helper()
	n := openLog(t, pg, name)
	store, err := eventstore.Dial(within(t), eventstore.Config{URL: n.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return n.URL(), store
}

// identitiesOf is each event of a log as a line, without what a store gives.
func identitiesOf(t *testing.T, store *eventstore.Client) (lines []string) {
	t.Helper()
	for r, err := range store.ReadAll(within(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %d %s %s %s %s", r.Stream, r.Revision, r.ID, r.Type, r.Data, r.Metadata))
	}
	return lines
}

// The program is killed with -9 again and again while it copies; the last run
// finds the target complete, and nothing twice.
func TestACopyThatIsKilledIsCompletedByTheNext(t *testing.T) {
	pg, err := postgres.Start(within(t), postgres.Config{Dir: t.TempDir(), Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Close() })
	fromURL, from := openNode(t, pg, "source")
	toURL, to := openNode(t, pg, "target")
	const streams, events = 8, 1500
	revisions := make([]uint64, streams)
	for n := range events {
		s := rand.IntN(streams)
		expected := eventstore.NoStream()
		if revisions[s] > 0 {
			expected = eventstore.At(revisions[s] - 1)
		}
		_, err := from.Append(within(t), fmt.Sprintf("copied-%d", s), expected, []eventstore.Proposed{{
			ID: uuid.New(), Type: "happened", Data: fmt.Appendf(nil, `{"n":%d}`, n), Metadata: []byte(`{"schema_version":1}`),
		}})
		if err != nil {
			t.Fatal(err)
		}
		revisions[s]++
	}
	for kill := range 4 {
		copier := command("events", "copy", "--from", fromURL, "--to", toURL)
		if err := copier.Start(); err != nil {
			t.Fatal(err)
		}
		least := kill*events/5 + rand.IntN(events/5)
		eventually(t, "the target grows", func() bool { return len(identitiesOf(t, to)) > least })
		_ = copier.Process.Kill()
		_ = copier.Wait() // it was killed
	}
	said := string(tool(t, "events", "copy", "--from", fromURL, "--to", toURL))
	for _, word := range []string{"checked", "not kept", "times of recording"} {
		if !strings.Contains(said, word) {
			t.Errorf("the copy does not say %q:\n%s", word, said)
		}
	}
	if diff := cmp.Diff(identitiesOf(t, from), identitiesOf(t, to)); diff != "" {
		t.Errorf("events (-source +target):\n%s", diff)
	}

	if _, err := to.Append(within(t), "extra-1", eventstore.NoStream(), []eventstore.Proposed{{ID: uuid.New(), Type: "extra", Data: []byte("{}")}}); err != nil {
		t.Fatal(err)
	}
	again := command("events", "copy", "--from", fromURL, "--to", toURL)
	var complaint bytes.Buffer
	again.Stderr = &complaint
	if err := again.Run(); err == nil || !strings.Contains(complaint.String(), "only the target has revision 0 of extra-1") {
		t.Errorf("a target with something else: %v, %s", err, complaint.String())
	}
}
