package main_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// event is a line of what `aftersales events` prints.
type event struct {
	Stream   string         `json:"stream"`
	Revision uint64         `json:"revision"`
	ID       string         `json:"id"`
	Type     string         `json:"type"`
	Data     map[string]any `json:"data"`
}

// events is the log of a service that is stopped.
func (s *service) events() []event {
	s.t.Helper()
	return printed(s.t, "--data-dir", s.dir)
}

// printed is the log as `aftersales events` prints it.
func printed(t *testing.T, args ...string) []event {
	t.Helper()
	var all []event
	d := json.NewDecoder(bytes.NewReader(tool(t, append([]string{"events"}, args...)...)))
	d.UseNumber()
	for d.More() {
		var e event
		if err := d.Decode(&e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// identities are what events are, without when they were recorded. An id that
// stands twice fails the test. Which of several commands at once is the first to
// use a currency is chance, and with it the id of what says so.
func identities(t *testing.T, events []event) []string {
	t.Helper()
	seen := map[string]bool{}
	var all []string
	for _, e := range events {
		if seen[e.ID] {
			t.Errorf("the log has event %s twice", e.ID)
		}
		seen[e.ID] = true
		identity := e.Stream + " " + e.Type
		if e.Type != "currency-first-used" {
			identity += " " + e.ID
		}
		all = append(all, identity)
	}
	slices.Sort(all)
	return all
}

// lists are the collections that imports fill.
var lists = strings.Fields("teams journals locations customers products orders invoices deliveries tickets credit-notes returns")

// list is a whole collection as the read models show it.
func (s *service) list(path string) []map[string]any {
	s.t.Helper()
	var all []map[string]any
	c, query := s.client(), url.Values{"limit": {"200"}}
	if err := c.CatchUp(within(s.t)); err != nil {
		s.t.Fatal(err)
	}
	for {
		var page struct {
			Items []map[string]any `json:"items"`
			Next  *string          `json:"next_cursor"`
		}
		if err := c.Get(within(s.t), "/v1/"+path+"?"+query.Encode(), &page); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, page.Items...)
		if page.Next == nil {
			return all
		}
		query.Set("cursor", *page.Next)
	}
}

// readModels are all documents by collection and id, without the times at which
// they were recorded.
func (s *service) readModels() map[string]map[string]any {
	s.t.Helper()
	all := map[string]map[string]any{}
	for _, path := range lists {
		for _, d := range s.list(path) {
			maps.DeleteFunc(d, func(field string, _ any) bool { return field == "created_at" || field == "updated_at" })
			all[path+" "+d["id"].(string)] = d
		}
	}
	return all
}
