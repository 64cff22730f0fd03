package projections_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/projectionstest"
	"aftersales/projections/reporting"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

var readModels = []projections.Projection{
	candidates.Projection, documents.Projection, due.Projection, portal.Projection, reporting.Projection,
	tickets.Projection, timeline.Projection,
}

// interleaved tells n stories at once.
func interleaved(n int) (facts []projectionstest.Fact) {
	var stories [][]projectionstest.Fact
	for i := range n {
		stories = append(stories, projectionstest.NewStory(strconv.Itoa(i)).Facts)
	}
	for i := range stories[0] {
		for _, s := range stories {
			facts = append(facts, s[i])
		}
	}
	return facts
}

// However the log is cut, by however many it is applied at once, however often a
// read model is rebuilt: its tables are the same.
func TestSlicesAndPartitionsOfAnySizeAndRebuildsGiveTheSameTables(t *testing.T) {
	env := eventstoretest.New(t)
	last := projectionstest.Record(t, env, interleaved(5))
	dumps := map[string]map[string][]string{}
	for _, c := range []struct{ limit, partitions int }{{1, 1}, {100, 2}, {100, 8}, {5000, 1}, {5000, 2}, {5000, 8}} {
		t.Run(fmt.Sprintf("%d_in_%d", c.limit, c.partitions), func(t *testing.T) {
			r := projectionstest.Start(t, env, func(config *projections.Config) {
				config.SliceLimit, config.Partitions = c.limit, c.partitions
				config.DatabaseURL = projectionstest.Database(t, env, fmt.Sprintf("slices_%d_%d", c.limit, c.partitions))
			}, readModels...)
			for _, p := range readModels {
				projectionstest.Wait(t, r, p.Name, last)
				dump := projectionstest.Dump(t, r, p.Name)
				for table, rows := range dump {
					if len(rows) == 0 {
						t.Errorf("%s.%s is empty", p.Name, table)
					}
				}
				if first, ok := dumps[p.Name]; !ok {
					dumps[p.Name] = dump
				} else if diff := cmp.Diff(first, dump); diff != "" {
					t.Errorf("%s (-others +this):\n%s", p.Name, diff)
				}
				if err := r.Rebuild(t.Context(), p.Name); err != nil {
					t.Errorf("rebuild %s: %v", p.Name, err)
				}
				if diff := cmp.Diff(dump, projectionstest.Dump(t, r, p.Name)); diff != "" {
					t.Errorf("%s rebuilt (-live +rebuilt):\n%s", p.Name, diff)
				}
			}
		})
	}
}

// Every table and column of every read model says what it is.
func TestEveryTableAndColumnIsCommented(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, readModels...)
	rows, err := r.Pool().Query(t.Context(), `
		SELECT n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN LATERAL (SELECT 0 AS attnum, NULL AS attname UNION ALL
			SELECT attnum, attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) a ON true
		WHERE c.relkind = 'r' AND n.nspname = ANY ('{projections,candidates,documents,due,portal,reporting,tickets,timeline}')
			AND col_description(c.oid, a.attnum) IS NULL`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s has no comment", name)
	}
}

// Texts that Postgres cannot hold, or not index, come from a client like others.
func TestAnOddTextStopsNothing(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, readModels...)
	id := aggregates.DeriveID("odd")
	stream := ticket.Model.Stream(id)
	for odd, want := range map[string]string{
		"a\x00b\\u0000": "a\uFFFDb\\u0000",
		longText:        longText,
	} {
		last := projectionstest.Record(t, env, []projectionstest.Fact{
			{Stream: stream, Event: ticket.Opened{Ticket: id, Details: ticket.Details{Title: odd, Customer: id, Entity: id}}},
			{Stream: stream, Event: ticket.Numbered{Number: odd}},
			{Stream: stream, Event: ticket.MessagePosted{Message: id, Author: odd, Body: odd}},
		})
		for _, p := range readModels {
			projectionstest.Wait(t, r, p.Name, last)
			if found, err := r.Verify(t.Context(), p.Name); err != nil || len(found) > 0 {
				t.Errorf("verify %s: %+v, %v", p.Name, found, err)
			}
		}
		got, _, err := documents.List(t.Context(), r.Pool(), documents.Filter{Number: odd, Limit: 10})
		if err != nil || len(got) != 1 || got[0].Number != want {
			t.Errorf("found %d, %v", len(got), err)
		}
	}
}

// longText does not fit into a page of an index, even compressed.
var longText = func() string {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(aggregates.DeriveID(strconv.Itoa(i)).String())
	}
	return b.String()
}()
