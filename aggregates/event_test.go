package aggregates_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

type moved struct {
	Place string `json:"place"`
}

// renamed is the upcaster from version 1, in which the field had another name.
func renamed(data json.RawMessage) (json.RawMessage, error) {
	return json.RawMessage(strings.ReplaceAll(string(data), `"location"`, `"place"`)), nil
}

// B25: old events stay readable.
func TestAnOldEventIsUpcastFromItsVersion(t *testing.T) {
	d := aggregates.Define[moved]("moved", renamed)
	if d.Version != 2 {
		t.Fatalf("version %d", d.Version)
	}
	for version, data := range map[int]string{1: `{"location":"here"}`, 2: `{"place":"here"}`} {
		e, err := d.Decode(version, json.RawMessage(data))
		if err != nil || e != (moved{Place: "here"}) {
			t.Errorf("version %d is read as %v, %v", version, e, err)
		}
	}
	for _, version := range []int{-1, 0, 3} {
		if _, err := d.Decode(version, json.RawMessage(`{}`)); err == nil {
			t.Errorf("version %d was read", version)
		}
	}
	broken := aggregates.Define[moved]("moved", func(json.RawMessage) (json.RawMessage, error) { return nil, errors.New("broken") })
	if _, err := broken.Decode(1, nil); err == nil || !strings.Contains(err.Error(), "moved") {
		t.Errorf("a failing upcaster answers %v", err)
	}
}

func TestAStreamNameSplitsAtItsFirstHyphen(t *testing.T) {
	id := uuid.MustParse("0b9a4bb2-30a4-4a2c-8d51-1d3f3e7f5a01")
	stream := aggregates.Model[int]{Category: "credit_thing"}.Stream(id)
	if category, key := aggregates.SplitStream(stream); category != "credit_thing" || key != id.String() {
		t.Errorf("%s splits into %s and %s", stream, category, key)
	}
}

func TestADerivedIDIsTheSameForTheSamePartsOnly(t *testing.T) {
	id := aggregates.DeriveID("a", "b")
	if again := aggregates.DeriveID("a", "b"); again != id {
		t.Errorf("the same parts give %s and %s", id, again)
	}
	if id == aggregates.DeriveID("ab") || id == aggregates.DeriveID("b", "a") {
		t.Error("other parts give the same id")
	}
}

func TestEveryRefusalOfAStageIsFound(t *testing.T) {
	var err error = aggregates.Refusals{aggregates.Refuse("first").On("a"), aggregates.Refuse("second", "name", "value")}
	var r *aggregates.Refusal
	if !errors.As(err, &r) || r.Code != "first" || r.Field != "a" {
		t.Errorf("found %v", r)
	}
	if got := err.Error(); got != "first on a; second name=value" {
		t.Errorf("text %q", got)
	}
	if aggregates.Refusals(nil).OrNil() != nil {
		t.Error("no refusals are an error")
	}
}

// D9, domain.md 2.9: a day is that of the company's time zone.
func TestADayDependsOnTheTimeZone(t *testing.T) {
	tehran, err := time.LoadLocation("Asia/Tehran")
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 3, 20, 20, 29, 59, 0, time.UTC)
	if d := aggregates.DateOf(last, tehran); d != "2026-03-20" {
		t.Errorf("20:29:59 UTC is %s in Tehran", d)
	}
	if d := aggregates.DateOf(last.Add(time.Second), tehran); d != "2026-03-21" {
		t.Errorf("20:30:00 UTC is %s in Tehran", d)
	}
	for _, text := range []string{"2026-02-30", "2026-2-3", "26-02-03", "2026-02-03T00:00:00Z", "x"} {
		if _, err := aggregates.ParseDate(text); !errors.Is(err, aggregates.ErrDate) {
			t.Errorf("%s is a date", text)
		}
	}
	if !aggregates.Date("2026-02-03").Before("2026-02-10") || !aggregates.Date("2027-01-01").After("2026-12-31") {
		t.Error("days are not in order")
	}
}
