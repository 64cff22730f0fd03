package http

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
	"aftersales/projections/timeline"
)

// withholdRepairs empties the data of events of repairs that the caller may not
// read: that there is a repair, the ticket's smart button tells anyway.
func (s *Server) withholdRepairs(r *http.Request, items []timeline.Item) error {
	p, err := s.principal(r)
	if err != nil || p.ReadsAllRepairs() {
		return err
	}
	withheld := map[string]bool{}
	for i, item := range items {
		category, key := aggregates.SplitStream(item.Stream)
		if category != repair.Model.Category {
			continue
		}
		hidden, known := withheld[item.Stream]
		if !known {
			id, _ := uuid.Parse(key) // our own stream names
			err := s.Commands.MayReadRepair(r.Context(), p, id)
			if _, hidden = errors.AsType[*aggregates.Refusal](err); err != nil && !hidden {
				return err
			}
			withheld[item.Stream] = hidden
		}
		if hidden {
			items[i].Data = json.RawMessage("{}")
			items[i].Summary = timeline.Summary(languageOf(r.Header.Get("Accept-Language")), item.Stream, item.Type, items[i].Data, "")
		}
	}
	return nil
}
