// Package worksheet is the template of the report that a technician fills in
// on site and the customer signs (requirements F-08 to F-13).
package worksheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Type is what is filled into a field.
type Type string

// The types.
const (
	Text      Type = "text"
	Number    Type = "number"
	Checkbox  Type = "checkbox"
	Choice    Type = "choice"
	Date      Type = "date"
	Photo     Type = "photo"
	Signature Type = "signature"
)

// Known says whether t is one of the types.
func (t Type) Known() bool {
	return slices.Contains([]Type{Text, Number, Checkbox, Choice, Date, Photo, Signature}, t)
}

// Field is one line to fill in; its name is unique in its template. Choices are
// what a Choice is one of; in templates of the first days there are none, and any
// text is one.
type Field struct {
	Name     string   `json:"name"`
	Type     Type     `json:"type"`
	Required bool     `json:"required"`
	Choices  []string `json:"choices,omitempty"`
}

func (f Field) equal(o Field) bool {
	return f.Name == o.Name && f.Type == o.Type && f.Required == o.Required && slices.Equal(f.Choices, o.Choices)
}

// State is a template as folded from its events; ID is nil before the first.
// Its fields are in the order of the form.
type State struct {
	ID       uuid.UUID
	Version  int
	Name     string
	Project  uuid.UUID
	Fields   []Field
	Archived bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Defined:
		s.ID, s.Version, s.Name, s.Project, s.Fields = e.Template, e.Version, e.Name, e.Project, e.Fields
	case Archived:
		s.Archived = true
	}
	return s
}

// Define publishes the first version of the template, for the tasks of one
// project or, with nil, of all. It needs at least one field, and a choice at least
// one to choose; the same name or choice twice is duplicate_line, choices of
// another type of field are invalid_value.
func (s State) Define(template uuid.UUID, name string, project uuid.UUID, form []Field) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	d, err := defined(Defined{Template: template, Version: 1, Name: name, Project: project}, form)
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{d}, nil
}

// Revise publishes the next version, which tasks planned from now on take; an
// empty name keeps the old one. What the current version says already, but for outer
// blanks, makes none.
// Refusals: template_not_found, template_archived, and those of Define.
func (s State) Revise(name string, form []Field) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("template_not_found")
	case s.Archived:
		return nil, aggregates.Refuse("template_archived")
	}
	if strings.TrimSpace(name) == "" {
		name = s.Name
	}
	d, err := defined(Defined{Template: s.ID, Version: s.Version + 1, Name: name, Project: s.Project}, form)
	if err != nil || d.Name == s.Name && slices.EqualFunc(d.Fields, s.Fields, Field.equal) {
		return nil, err
	}
	return []aggregates.Event{d}, nil
}

// defined is the version with the form, all without outer blanks, or what is wrong
// with it.
func defined(d Defined, form []Field) (Defined, error) {
	name, form := strings.TrimSpace(d.Name), slices.Clone(form)
	var fields check.Fields
	fields.Name("name", name)
	fields.Refuse(len(form) == 0, "fields", "required")
	taken := map[string]bool{}
	for i := range form {
		f := &form[i]
		f.Name = strings.TrimSpace(f.Name)
		at := fmt.Sprintf("fields[%d]", i)
		fields.Name(at+".name", f.Name)
		fields.Refuse(f.Name != "" && taken[f.Name], at+".name", "duplicate_line")
		fields.Refuse(!f.Type.Known(), at+".type", "invalid_value")
		f.Choices = choices(&fields, at+".choices", *f)
		taken[f.Name] = true
	}
	d.Name, d.Fields = name, form
	return d, fields.Err()
}

// choices are those of the field, trimmed; what is wrong with them is noted at the
// path.
func choices(fields *check.Fields, at string, f Field) []string {
	fields.Refuse(f.Type == Choice && len(f.Choices) == 0, at, "required")
	fields.Refuse(f.Type != Choice && len(f.Choices) > 0, at, "invalid_value")
	var trimmed []string
	for i, c := range f.Choices {
		c = strings.TrimSpace(c)
		here := fmt.Sprintf("%s[%d]", at, i)
		fields.Name(here, c)
		fields.Refuse(c != "" && slices.Contains(trimmed, c), here, "duplicate_line")
		trimmed = append(trimmed, c)
	}
	return trimmed
}
