package task_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
	"aftersales/aggregates/worksheet"
)

// F-08, 2.10: each save that changes something is a version.
func TestEachSaveIsAVersion(t *testing.T) {
	g := given(t, visit()...)
	g.When(save(filled)).Then(version(1, filled, task.Effort{}, start))
	given(t, with(visit(), save(filled))...).When(save(filled)).Then()
	more := task.Values{"work": "pump replaced", "tested": true, "hours": json.Number("1.5")}
	given(t, with(visit(), save(filled))...).When(save(more)).
		Then(version(2, more, task.Effort{}, start))
}

// 2.10: required fields are there and every value is of its field's type; all
// faults are said at once.
func TestAWorksheetFitsItsTemplate(t *testing.T) {
	bad := values(t, `{"work":" ","hours":"many","tested":"yes","on":"2026-02-30","colour":"red","extra":["a"]}`)
	_, err := given(t, visit()...).When(none).State().SaveWorksheet(task.Filling{Values: bad, At: start})
	var refusals aggregates.Refusals
	if !errors.As(err, &refusals) {
		t.Fatal(err)
	}
	var got []string
	for _, r := range refusals {
		got = append(got, r.Field+" "+r.Code+" "+r.Params["field"])
	}
	want := []string{
		"values.colour invalid_value ", "values.extra invalid_value ", "values.hours invalid_value ",
		"values.on invalid_value ", "values.tested invalid_value ", "values.work worksheet_field_required work",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	given(t, visit()...).When(save(task.Values{"work": "x"})).Refused("worksheet_field_required")
}

// 2.10: a choice is one of its field's, a photo and a signature are pictures; where
// an old template says no choices, any text is one.
func TestChoicesAndPicturesAreWhatTheirFieldsAskFor(t *testing.T) {
	form := task.Template{ID: id("template"), Version: 1, Fields: []worksheet.Field{
		{Name: "cause", Type: worksheet.Choice, Choices: []string{"wear", "misuse"}},
		{Name: "old", Type: worksheet.Choice},
		{Name: "photo", Type: worksheet.Photo},
		{Name: "by", Type: worksheet.Signature},
	}}
	g := given(t, visit(func(d *task.Draft) { d.Project.DefaultTemplate = &task.Choice{Template: form} })...)
	jpeg := "data:image/jpeg;base64,/9j/4AAQ"
	for _, good := range []task.Values{{"cause": "misuse"}, {"old": "anything"}, {"photo": image}, {"photo": jpeg}, {"by": image}, {"photo": " "}} {
		if _, err := g.When(none).State().SaveWorksheet(task.Filling{Values: good, At: start}); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
	for _, bad := range []task.Values{
		{"cause": "Wear"}, {"cause": "anything"}, {"cause": true}, {"photo": "no photo"}, {"by": "no sig"}, {"by": jpeg}, {"by": image64(task.MaxSignature + 1)},
	} {
		g.When(save(bad)).Refused("invalid_value")
	}
}

// The same report is the same hash, however it was written.
func TestValuesAreStoredInOneForm(t *testing.T) {
	g := given(t, visit()...)
	want := task.Values{"work": "pump", "tested": false, "hours": json.Number("1.5"), "on": "2026-03-20"}
	for _, text := range []string{
		`{"work":"pump","tested":false,"hours":1.50,"on":"2026-03-20"}`,
		`{"on":"2026-03-20","hours":"1.5","tested":false,"work":"pump"}`,
	} {
		if diff := cmp.Diff(want, g.When(save(values(t, text))).State().Worksheet.Values); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	given(t, visit()...).When(save(values(t, `{"work":"x","tested":true,"hours":1e2}`))).Refused("invalid_value")
}

// The canonical form is a contract: who has version and values can check a
// signature with any SHA-256.
func TestTheHashIsOfTheCanonicalJSON(t *testing.T) {
	// printf '{"values":{"tested":true,"work":"<a & ب>"},"version":3}' | sha256sum
	const want = "01ff416e433783576cb29af4d3e5fa0c405ea33f37ede0860e5a904218c190e0"
	if got := task.Hash(3, task.Values{"work": "<a & ب>", "tested": true}, task.Effort{}); got != want {
		t.Errorf("got %s", got)
	}
}

// 2.10: without a template every field is free; without worksheets there is
// nothing to fill in.
func TestAWorksheetWithoutATemplateIsFree(t *testing.T) {
	free := visit(func(d *task.Draft) { d.Project.DefaultTemplate = nil })
	want := task.Values{"any": "text", "n": json.Number("2"), "b": false}
	s := given(t, free...).When(save(values(t, `{"any":"text","n":2.0,"b":false,"none":null,"blank":""}`))).State()
	if diff := cmp.Diff(want, s.Worksheet.Values); diff != "" {
		t.Error(diff)
	}
	given(t, free...).When(save(values(t, `{"nested":{}}`))).Refused("invalid_value")
	given(t, free...).When(save(nil)).Refused("required")
	given(t, free...).When(save(task.Values{"work": strings.Repeat("é", 20_001)})).Refused("too_long")
	none := visit(func(d *task.Draft) { d.Project.WorksheetsEnabled = false })
	given(t, none...).When(save(filled)).Refused("worksheets_not_enabled")
}

func TestMalformedValuesAreAnError(t *testing.T) {
	var v task.Values
	if err := json.Unmarshal([]byte(`["a"]`), &v); err == nil {
		t.Error("a list was read as values")
	}
}
