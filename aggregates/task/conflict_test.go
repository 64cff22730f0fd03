package task_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates/task"
)

var (
	office  = task.Values{"work": "pump ordered", "tested": false}
	onSite  = task.Values{"work": "pump replaced on site", "tested": true}
	settled = task.Values{"work": "pump ordered and replaced", "tested": true}
)

// 3.7: what an offline technician filled in is kept beside what was saved
// meanwhile, the newest is current and unsigned, and nobody goes on before
// somebody chose.
func TestAnOfflineSaveIsKeptBesideTheOther(t *testing.T) {
	saved := with(visit(), save(filled), save(office), sign())
	g := given(t, saved...).When(saveOn(1, onSite))
	g.Then(task.WorksheetConflicted{Base: 1, With: 2, Version: 3}, version(3, onSite, task.Effort{}, start))
	s := g.State()
	if diff := cmp.Diff([]task.Worksheet{task.Worksheet(version(2, office, task.Effort{}, start))}, s.Conflict); diff != "" {
		t.Error(diff)
	}
	if s.Signed() {
		t.Error("the newest version is signed")
	}
	open := with(saved, saveOn(1, onSite))
	given(t, open...).When(sign()).Refused("worksheet_conflict_open")
	given(t, open...).When(complete()).Refused("worksheet_conflict_open")
	again := given(t, with(open, saveOn(2, filled))...).When(none).State()
	if len(again.Conflict) != 2 || again.Worksheet.Version != 4 {
		t.Errorf("a third version: %+v", again)
	}
}

// 3.7: who has seen the newest version chooses: it, another, or both in one.
func TestWhoHasSeenTheNewestVersionSettlesTheConflict(t *testing.T) {
	open := with(visit(), save(office), saveOn(0, onSite))
	given(t, open...).When(save(onSite)).Then(task.WorksheetConflictSettled{Version: 2})
	given(t, open...).When(save(settled)).Then(task.WorksheetConflictSettled{Version: 2}, version(3, settled, task.Effort{}, start))
	given(t, with(open, save(office), sign())...).When(complete()).Then(task.Completed{Timer: turn(2), At: end})
}

// What does not differ is no conflict: the same filled in twice, and a version
// that only more materials made.
func TestOnlyWhatDiffersIsAConflict(t *testing.T) {
	given(t, with(visit(), save(onSite))...).When(saveOn(0, onSite)).Then()
	effort := task.Effort{Materials: []task.Material{seals(2)}}
	given(t, with(visit(), save(office), use(seal, "2"))...).When(saveOn(1, onSite)).Then(version(3, onSite, effort, start))
	given(t, with(visit(), save(office))...).When(saveOn(2, onSite)).Refused("invalid_value")
	given(t, with(visit(), save(office))...).When(saveOn(-1, onSite)).Refused("invalid_value")
}
