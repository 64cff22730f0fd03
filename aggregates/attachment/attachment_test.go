package attachment_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/check"
)

func file(change func(*attachment.File)) attachment.File {
	f := attachment.File{ID: aggregates.DeriveID("file"), Name: "lamp.png", MediaType: "image/png", Size: 1, SHA256: "00"}
	if change != nil {
		change(&f)
	}
	return f
}

func TestAFileIsStoredOnce(t *testing.T) {
	stored := attachment.Stored{File: file(nil), Kind: "ticket", Document: aggregates.DeriveID("ticket")}
	store := func(s attachment.State) ([]aggregates.Event, error) { return s.Store(stored) }
	aggregatetest.For(t, attachment.Model).When(store).Then(stored)
	aggregatetest.For(t, attachment.Model, stored).When(store).Refused("already_exists")
}

// Section 4: a file is for the customer whom it was said to, and notes' for none.
func TestAFileIsShownToItsCustomer(t *testing.T) {
	a, b := aggregates.DeriveID("a"), aggregates.DeriveID("b")
	for name, c := range map[string]struct {
		stored attachment.Stored
		shown  bool
	}{
		"theirs":               {attachment.Stored{Entity: a}, true},
		"another's":            {attachment.Stored{Entity: b}, false},
		"of nobody's document": {attachment.Stored{}, true},
		"of a note":            {attachment.Stored{Entity: a, Internal: true}, false},
	} {
		if got := attachment.Model.Fold(c.stored).ShownTo(a); got != c.shown {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFilesThatCannotCome(t *testing.T) {
	many := make([]attachment.File, attachment.MaxOfMessage+1)
	for i := range many {
		many[i] = file(func(f *attachment.File) { f.ID = uuid.UUID{byte(i)} })
	}
	for code, files := range map[string][]attachment.File{
		"too_many_attachments": many,
		"attachment_empty":     {file(func(f *attachment.File) { f.Size = 0 })},
		"attachment_too_large": {file(func(f *attachment.File) { f.Size = attachment.MaxSize + 1 })},
		"required":             {file(func(f *attachment.File) { f.Name = "" })},
		"already_exists":       {file(nil), file(nil)},
	} {
		if err := attachment.Check(files); err == nil || !strings.HasPrefix(err.Error(), code+" on attachments") {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := attachment.Check(many[1:]); err != nil {
		t.Error(err)
	}
	if err := attachment.Check([]attachment.File{file(func(f *attachment.File) { f.Size = attachment.MaxSize })}); err != nil {
		t.Error(err)
	}
}

// A message says something, in words or in files; customers cannot fill the log.
func TestAMessageSaysSomething(t *testing.T) {
	one := []attachment.File{file(nil)}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"words":              {attachment.Say("Hello", nil, true, attachment.MaxOfCustomers), ""},
		"nothing":            {attachment.Say(" ", nil, false, 0), "required"},
		"too many words":     {attachment.Say(strings.Repeat("ت", check.MaxText+1), one, false, 0), "too_long on body"},
		"a file":             {attachment.Say("", one, true, attachment.MaxOfCustomers-1), ""},
		"one too many":       {attachment.Say("", one, true, attachment.MaxOfCustomers), "too_many_attachments"},
		"the company's file": {attachment.Say("", one, false, attachment.MaxOfCustomers), ""},
	} {
		if (c.err == nil) != (c.want == "") || c.err != nil && !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, c.err, c.want)
		}
	}
}

func TestANameIsOnlyAName(t *testing.T) {
	for given, want := range map[string]string{
		"lamp.png":                "lamp.png",
		"../../etc/passwd":        "passwd",
		`C:\Users\a\lamp.png`:     "lamp.png",
		"..":                      "",
		"a/":                      "",
		"la\x00mp\r\nX: y.png":    "lampX: y.png",
		"\u202egnp.exe":           "gnp.exe",
		"عکس\u200cها.png":         "عکس\u200cها.png",
		strings.Repeat("é", 200):  strings.Repeat("é", 127),
		"\xff\xfe.png":            "png",
		" .hidden. ":              "hidden",
		"\u2066a\u2069" + "b.pdf": "ab.pdf",
	} {
		if got := attachment.Name(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// Law: whatever is given, a name has no folder and no control character, is
// short enough and stays as it is when cleaned again.
func TestANameIsCleanedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := attachment.Name(rapid.String().Draw(t, "given"))
		if strings.ContainsAny(name, "/\\\r\n\x00") || len(name) > 255 || attachment.Name(name) != name {
			t.Fatalf("%q, then %q", name, attachment.Name(name))
		}
	})
}

func TestOnlyHarmlessMediaTypesAreTold(t *testing.T) {
	for given, want := range map[string]string{
		"image/png": "image/png", "Image/JPEG": "image/jpeg", "text/plain; charset=utf-8": "text/plain",
		"text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream", "": "application/octet-stream",
	} {
		if got := attachment.MediaType(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
