package task_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates/check"
	"aftersales/aggregates/task"
)

func image64(bytes int) string {
	return png(strings.Repeat("x", bytes-8))
}

// F-10: a saved worksheet is signed once, by name and image.
func TestACustomerSignsASavedWorksheetOnce(t *testing.T) {
	given(t, visit()...).When(sign()).Refused("worksheet_not_signable")
	g := given(t, with(visit(), save(filled))...)
	g.When(sign()).Then(task.WorksheetSigned{
		Version: 1, Hash: task.Hash(1, filled, task.Effort{}), Name: "Customer A", Signature: image, Via: "portal", SignedAt: end,
	})
	optional := visit(func(d *task.Draft) { d.Project.SignatureRequired = false })
	given(t, with(optional, save(filled), complete())...).When(sign()).Refused("worksheet_not_signable")
	signed := given(t, with(visit(), save(filled), sign())...)
	signed.When(sign()).Then()
	signed.When(sign(func(w *task.Signing) { w.Name = "Customer B" })).Refused("worksheet_not_signable")
}

// Section 4, "worksheets not yet shared": the customer sees and signs a version once
// it was shared; what is saved afterwards has to be shared again.
func TestTheCustomerSeesOnlyWhatWasShared(t *testing.T) {
	given(t, visit()...).When(share()).Refused("worksheet_not_signable")
	given(t, visit()[:3]...).When(share()).Refused("task_not_in_progress")
	saved := with(visit(), save(filled))
	g := given(t, saved...)
	g.When(sign(inPortal)).Refused("worksheet_not_signable")
	g.When(share()).Then(task.WorksheetShared{Version: 1})
	shared := with(saved, share())
	given(t, shared...).When(share()).Then()
	if s := given(t, shared...).When(sign(inPortal)).State(); !s.Signed() || !s.Shown() {
		t.Errorf("%+v", s)
	}
	for name, more := range map[string]rule{"values": save(task.Values{"work": "b", "tested": true}), "materials": use(seal, "1")} {
		again := given(t, with(shared, more)...)
		again.When(sign(inPortal)).Refused("worksheet_not_signable")
		again.When(share()).Then(task.WorksheetShared{Version: 2})
		if again.When(none).State().Shown() {
			t.Errorf("%s: what was saved after sharing is shown", name)
		}
	}
	given(t, with(shared, saveOn(0, task.Values{"work": "late", "tested": true}))...).When(share()).Refused("worksheet_conflict_open")
	given(t, with(saved, sign())...).When(share()).Then()
	optional := visit(func(d *task.Draft) { d.Project.SignatureRequired = false })
	done := given(t, with(optional, save(filled), complete())...)
	done.When(share()).Then()
	if !done.When(reopen()).State().Shown() {
		t.Error("the worksheet of done work is hidden")
	}
	if given(t, with(optional, complete())...).When(none).State().Shown() {
		t.Error("no worksheet is shown")
	}
}

// F-10: what is not a signature.
func TestASignatureIsANameAndAPNGOfLimitedSize(t *testing.T) {
	g := given(t, with(visit(), save(filled))...)
	images := map[string]string{
		"":                                   "signature_missing",
		"data:image/png;base64,":             "signature_missing",
		"data:image/gif;base64,":             "signature_not_png",
		image[22:]:                           "signature_not_png",
		"data:image/png;base64,eA":           "signature_not_png",
		"data:image/png;base64,eHh4eHh4eHh4": "signature_not_png",
		image64(task.MaxSignature + 1):       "signature_too_large",
		image64(task.MaxSignature + 9):       "signature_too_large",
	}
	for url, code := range images {
		g.When(sign(func(w *task.Signing) { w.Image = url })).Refused(code)
	}
	g.When(sign(func(w *task.Signing) { w.Name = " " })).Refused("required")
	g.When(sign(func(w *task.Signing) { w.Name = strings.Repeat("ت", check.MaxName+1) })).Refused("too_long")
	s := g.When(sign(func(w *task.Signing) { w.Image = image64(task.MaxSignature) })).State()
	if !s.Signed() {
		t.Error("an image of the greatest size is no signature")
	}
}

// Example 22: v3 is signed, the technician edits, v4 is unsigned and blocks the
// end; the signature of v3 stays.
func TestEditingASignedWorksheetNeedsANewSignature(t *testing.T) {
	text := func(s string) task.Values { return task.Values{"work": s, "tested": true} }
	rules := with(visit(), save(text("a")), save(text("b")), save(text("c")), sign())
	v3 := given(t, rules...).When(none).State()
	rules = with(rules, save(text("d")))
	g := given(t, rules...)
	g.When(complete()).Refused("signature_required")
	v4 := g.When(none).State()
	want := v3.Signatures[0]
	want.Superseded = true
	if diff := cmp.Diff([]task.Signature{want}, v4.Signatures); diff != "" || want.Version != 3 || v4.Worksheet.Version != 4 {
		t.Errorf("signatures of version %d: %s", v4.Worksheet.Version, diff)
	}
	// The customer still had version 3 on the screen.
	g.When(sign(func(w *task.Signing) { w.Version, w.Hash, w.Name = 3, v3.Worksheet.Hash, "Customer B" })).Refused("stale_version")
	g.When(sign(func(w *task.Signing) { w.Hash = v3.Worksheet.Hash })).Refused("stale_version")
	given(t, with(rules, sign())...).When(complete()).Then(task.Completed{Timer: turn(2), At: end})
}

// Decision 19: the project decides whether a signature is demanded.
func TestOnlyAProjectThatDemandsASignatureBlocksTheEnd(t *testing.T) {
	given(t, visit()...).When(complete()).Refused("signature_required")
	free := visit(func(d *task.Draft) { d.Project.SignatureRequired = false })
	given(t, free...).When(complete()).Then(task.Completed{Timer: turn(2), At: end})
}

// 2.10: reopening keeps the signature, superseded; the end needs a new version
// with a new one.
func TestReopeningSupersedesTheSignature(t *testing.T) {
	rules := with(visit(), save(filled), sign(), complete())
	outcome := given(t, rules...).When(reopen())
	outcome.Then(task.Reopened{})
	s := outcome.State()
	if g, ok := s.Signature(); !ok || !g.Superseded || g.Image != image || s.Signed() {
		t.Errorf("got %+v", g)
	}
	again := with(rules, reopen())
	given(t, again...).When(complete()).Refused("signature_required")
	given(t, again...).When(sign(func(w *task.Signing) { w.Name = "Customer B" })).Refused("worksheet_not_signable")
	given(t, again...).When(save(filled)).Then(version(2, filled, task.Effort{}, start))
	given(t, with(again, save(filled), sign())...).When(complete()).Then(task.Completed{At: end})
}
