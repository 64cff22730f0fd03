package worksheet_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/worksheet"
)

var id = uuid.MustParse("ad1c3a10-0000-4000-8000-000000000001")

func define(name string, form ...worksheet.Field) func(worksheet.State) ([]aggregates.Event, error) {
	return func(s worksheet.State) ([]aggregates.Event, error) { return s.Define(id, name, uuid.Nil, form) }
}

// 2.10: ordered fields with a type and a required flag.
func TestATemplateIsDefinedOnceWithItsFieldsInOrder(t *testing.T) {
	form := []worksheet.Field{
		{Name: "work done", Type: worksheet.Text, Required: true},
		{Name: "hours", Type: worksheet.Number},
		{Name: "tested", Type: worksheet.Checkbox},
		{Name: "cause", Type: worksheet.Choice, Choices: []string{"wear", "misuse"}},
		{Name: "next visit", Type: worksheet.Date},
		{Name: "picture", Type: worksheet.Photo},
		{Name: "technician", Type: worksheet.Signature},
	}
	want := worksheet.Defined{Template: id, Version: 1, Name: "Visit", Fields: form}
	aggregatetest.For(t, worksheet.Model).When(define("Visit", form...)).Then(want)
	aggregatetest.For(t, worksheet.Model, want).When(define("Visit", form...)).Refused("already_exists")
}

func TestABadTemplateIsRefused(t *testing.T) {
	given := aggregatetest.For(t, worksheet.Model)
	text := worksheet.Field{Name: "work done", Type: worksheet.Text}
	given.When(define("", text)).Refused("required")
	given.When(define("Visit")).Refused("required")
	given.When(define("Visit", worksheet.Field{Type: worksheet.Text})).Refused("required")
	given.When(define("Visit", worksheet.Field{Name: "a", Type: "blob"})).Refused("invalid_value")
	choice := func(of ...string) worksheet.Field {
		return worksheet.Field{Name: "a", Type: worksheet.Choice, Choices: of}
	}
	given.When(define("Visit", choice())).Refused("required")
	given.When(define("Visit", choice(strings.Repeat("é", 201)))).Refused("too_long")
	given.When(define("Visit", worksheet.Field{Name: strings.Repeat("é", 201), Type: worksheet.Text})).Refused("too_long")
	given.When(define("Visit", choice("wear", " "))).Refused("required")
	given.When(define("Visit", choice("wear", " wear"))).Refused("duplicate_line")
	given.When(define("Visit", worksheet.Field{Name: "a", Type: worksheet.Text, Choices: []string{"wear"}})).Refused("invalid_value")
	given.When(define("Visit", text, worksheet.Field{Name: " work done", Type: worksheet.Date})).Refused("duplicate_line")
}

func TestTheRuleLeavesTheCallersFieldsAlone(t *testing.T) {
	form := []worksheet.Field{{Name: " work done ", Type: worksheet.Text}, {Name: "cause", Type: worksheet.Choice, Choices: []string{" wear "}}}
	if _, err := (worksheet.State{}).Define(id, "Visit", uuid.Nil, form); err != nil || form[0].Name != " work done " || form[1].Choices[0] != " wear " {
		t.Errorf("%v, %v", form, err)
	}
}

// 2.11: published versions are immutable, so a change is the next version.
func TestARevisionIsTheNextVersion(t *testing.T) {
	revise := func(name string, form ...worksheet.Field) func(worksheet.State) ([]aggregates.Event, error) {
		return func(s worksheet.State) ([]aggregates.Event, error) { return s.Revise(name, form) }
	}
	work, hours := worksheet.Field{Name: "work", Type: worksheet.Text}, worksheet.Field{Name: "hours", Type: worksheet.Number}
	first := worksheet.Defined{Template: id, Version: 1, Name: "Visit", Project: id, Fields: []worksheet.Field{work}}
	given := aggregatetest.For(t, worksheet.Model, first)
	given.When(revise("", work, hours)).
		Then(worksheet.Defined{Template: id, Version: 2, Name: "Visit", Project: id, Fields: []worksheet.Field{work, hours}})
	given.When(revise("", work)).Then()
	given.When(revise(" Visit ", worksheet.Field{Name: " work ", Type: worksheet.Text})).Then() // as it would be kept
	cause := worksheet.Field{Name: "cause", Type: worksheet.Choice, Choices: []string{"wear"}}
	more := worksheet.Field{Name: "cause", Type: worksheet.Choice, Choices: []string{"wear", "misuse"}}
	aggregatetest.For(t, worksheet.Model, worksheet.Defined{Template: id, Version: 1, Name: "Visit", Fields: []worksheet.Field{cause}}).
		When(revise("", more)).Then(worksheet.Defined{Template: id, Version: 2, Name: "Visit", Fields: []worksheet.Field{more}})
	given.When(revise("")).Refused("required")
	aggregatetest.For(t, worksheet.Model, first, worksheet.Archived{}).When(revise("", hours)).Refused("template_archived")
	aggregatetest.For(t, worksheet.Model).When(revise("Visit", hours)).Refused("template_not_found")
}
