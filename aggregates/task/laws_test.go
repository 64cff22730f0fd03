package task_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

var valuesOf = rapid.Custom(func(t *rapid.T) task.Values {
	return task.Values{
		"work":   rapid.SampledFrom([]any{"a", "b", "<>", "", nil, true}).Draw(t, "work"),
		"tested": rapid.SampledFrom([]any{true, true, false, "yes"}).Draw(t, "tested"),
		"hours":  rapid.SampledFrom([]any{nil, json.Number("1"), json.Number("1.50"), "2", json.Number("-1e9")}).Draw(t, "hours"),
	}
})

// anyRule is any rule with any wish, sensible or not; mostly a plain creation
// of what is not there yet.
func anyRule(t *rapid.T, s task.State) rule {
	if s.ID == uuid.Nil && rapid.SampledFrom([]bool{true, true, false}).Draw(t, "plain") {
		return create()
	}
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	switch rapid.SampledFrom([]string{
		"create", "assign", "schedule", "start", "start", "work", "save", "save", "use", "share", "sign", "sign", "complete", "cancel", "number",
	}).Draw(t, "rule") {
	case "create":
		return create(func(d *task.Draft) {
			d.Title = rapid.SampledFrom([]string{"", "title"}).Draw(t, "title")
			d.Project.Flags = task.Flags{WorksheetsEnabled: flag("worksheets"), SignatureRequired: flag("signature"), PortalVisible: flag("portal")}
		})
	case "assign":
		return assign(rapid.SampledFrom([]string{"technician-1", "technician-2", ""}).Draw(t, "assignee"))
	case "schedule":
		return rapid.SampledFrom([]rule{schedule(start, end), schedule(start, end.Add(1)), schedule(end, start)}).Draw(t, "time")
	case "start":
		return begin("technician-1", flag("lead"))
	case "work":
		return rapid.SampledFrom([]rule{pause(), resume(), reopen(), reopen()}).Draw(t, "work")
	case "use":
		return use(seal, rapid.SampledFrom([]string{"0", "1", "2", "-1"}).Draw(t, "quantity"))
	case "save":
		return saveOn(rapid.IntRange(-1, s.Worksheet.Version+1).Draw(t, "base"), valuesOf.Draw(t, "values"))
	case "share":
		return share()
	case "sign":
		return sign(func(w *task.Signing) {
			w.Image = rapid.SampledFrom([]string{image, image, png("two"), "data:,x"}).Draw(t, "image")
			w.Version -= rapid.SampledFrom([]int{0, 0, 1}).Draw(t, "stale")
		})
	case "complete":
		return complete()
	case "cancel":
		return cancel(rapid.SampledFrom([]string{"", "", "", "withdrew"}).Draw(t, "reason"))
	default:
		return number("TASK/00001")
	}
}

// Whatever is asked in whatever order: versions count up, each signed version
// keeps its values and its one signature, and nothing that must be signed is
// done unsigned.
func TestAnySequenceOfRulesKeepsTheLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s task.State
		var events []aggregates.Event
		versions := map[int]task.WorksheetSaved{}
		for range 40 {
			more, err := anyRule(t, s)(s)
			if err != nil && len(more) > 0 {
				t.Fatalf("%v and yet %d events", err, len(more))
			}
			for _, e := range more {
				next := evolved(t, s, e)
				if saved, ok := e.(task.WorksheetSaved); ok {
					if saved.Version != len(versions)+1 || saved.Hash != task.Hash(saved.Version, saved.Values, saved.Effort) {
						t.Fatalf("version %d of %d, hash %s", saved.Version, len(versions), saved.Hash)
					}
					versions[saved.Version] = saved
				}
				signaturesStay(t, s, next)
				lawful(t, next, versions)
				s = next
			}
			events = append(events, more...)
		}
		if diff := cmp.Diff(s, task.Model.Fold(events...)); diff != "" {
			t.Fatalf("a second fold differs: %s", diff)
		}
	})
}

func lawful(t *rapid.T, s task.State, versions map[int]task.WorksheetSaved) {
	signed := map[int]bool{}
	for _, g := range s.Signatures {
		if versions[g.Version].Hash != g.Hash || signed[g.Version] {
			t.Fatalf("signature %+v of version %+v", g, versions[g.Version])
		}
		signed[g.Version] = true
	}
	if s.Status == task.StatusDone && s.Flags.SignatureRequired && !s.Signed() {
		t.Fatal("done without a signature")
	}
	if s.InConflict() && (s.Status == task.StatusDone || s.Signed()) {
		t.Fatal("done or signed while two versions wait for a choice")
	}
	if s.Status == task.StatusDone && s.Worksheet.Version > 0 && !s.Shown() {
		t.Fatal("done with a worksheet that the customer may not see")
	}
	for _, w := range s.Conflict {
		if versions[w.Version].Hash != w.Hash || w.Version > s.Worksheet.Version {
			t.Fatalf("version %d waits as %+v", w.Version, versions[w.Version])
		}
	}
	if s.Running != (task.Timer{}) && (s.Status != task.StatusInProgress || s.Running.Technician != s.Assignee || s.Running.Turn != s.Turn) {
		t.Fatalf("paused while %s", s.Status)
	}
}

// signaturesStay fails when a signature is lost or anything but its being
// superseded changes, or that is taken back.
func signaturesStay(t *rapid.T, before, after task.State) {
	for i, old := range before.Signatures {
		kept := after.Signatures[i]
		if old.Superseded && !kept.Superseded {
			t.Fatal("a superseded signature counts again")
		}
		kept.Superseded = old.Superseded
		if diff := cmp.Diff(old, kept); diff != "" {
			t.Fatalf("a signature changed: %s", diff)
		}
	}
}

// Two futures of one state do not share memory.
func TestForksOfAStateStayApart(t *testing.T) {
	var s task.State
	for v := range 3 {
		s = task.Model.Evolve(s, task.FollowerAdded{Customer: id("a")})
		s = task.Model.Evolve(s, task.WorksheetSigned{Version: v})
	}
	one := task.Model.Evolve(task.Model.Evolve(s, task.FollowerAdded{Customer: id("b")}), task.WorksheetSigned{Name: "b"})
	task.Model.Evolve(task.Model.Evolve(s, task.FollowerAdded{Customer: id("c")}), task.WorksheetSigned{Name: "c"})
	task.Model.Evolve(one, task.Reopened{})
	if one.Followers[3] != id("b") || one.Signatures[3].Name != "b" || one.Signatures[0].Superseded {
		t.Errorf("got %v %v", one.Followers, one.Signatures)
	}
}

// evolved is the next state, after checking that the old one was left alone and
// that event and state survive storage.
func evolved(t *rapid.T, s task.State, e aggregates.Event) task.State {
	before := stored(t, s)
	i := slices.IndexFunc(task.Model.Events, func(d aggregates.Definition) bool { return d.Type == reflect.TypeOf(e) })
	read, err := task.Model.Events[i].Decode(1, stored(t, e))
	if err != nil {
		t.Fatal(err)
	}
	next := task.Model.Evolve(s, e)
	if diff := cmp.Diff(next, task.Model.Evolve(s, read)); diff != "" {
		t.Fatalf("%T read back means something else: %s", e, diff)
	}
	if after := stored(t, s); string(after) != string(before) {
		t.Fatalf("%T changed the old state: %s", e, cmp.Diff(string(before), string(after)))
	}
	var again task.State
	if err := json.Unmarshal(stored(t, next), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(next, again); diff != "" {
		t.Fatalf("the state after %T does not survive storage: %s", e, diff)
	}
	return next
}

func stored(t *rapid.T, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%T: %v", v, err)
	}
	return b
}
