package documents

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
	"aftersales/eventstore"
	"aftersales/projections"
)

// A lot's own stream, its product's, tells its name and whether it was scrapped.
// Where a serial number is otherwise, deliveries and repairs tell; it is put
// together when the lot is read (docs/decisions/0024).

// place is a row of the table "serial_place".
type place struct {
	Kind     string       `json:"kind"`
	Document uuid.UUID    `json:"document"`
	Serial   uuid.UUID    `json:"serial"`
	Stream   string       `json:"stream"`
	Place    serial.Place `json:"place"`
}

// repaired is what a repair that has ended, or was given up, tells: nothing any
// more, but it did.
const repaired serial.Place = "repaired"

func deliveryPlaces(s picking.State) (all []place) {
	out, back := s.Serials()
	for _, id := range out {
		all = append(all, place{Serial: id, Place: serial.Delivered})
	}
	for _, id := range back {
		all = append(all, place{Serial: id, Place: serial.Returned})
	}
	return all
}

func repairPlaces(s repair.State) []place {
	switch {
	case s.Serial() != uuid.Nil:
		return []place{{Serial: s.Serial(), Place: serial.InRepair}}
	case s.Tracking == product.BySerial && s.Lot != uuid.Nil && s.Status != repair.StatusDraft:
		return []place{{Serial: s.Lot, Place: repaired}}
	}
	return nil
}

// storePlaces replaces what the changed documents tell of serial numbers. Those of
// a delivery only become more; a repair may turn to another.
func storePlaces(ctx context.Context, tx pgx.Tx, changed []Document) error {
	var (
		places  []place
		repairs []uuid.UUID
	)
	for _, d := range changed {
		if d.Kind == "repair" {
			repairs = append(repairs, d.ID)
		}
		for _, p := range d.places {
			p.Kind, p.Document, p.Stream = d.Kind, d.ID, d.Stream
			places = append(places, p)
		}
	}
	if len(repairs) > 0 {
		if _, err := tx.Exec(ctx, `DELETE FROM serial_place WHERE kind = 'repair' AND document = ANY ($1)`, repairs); err != nil {
			return fmt.Errorf("delete places: %w", err)
		}
	}
	return projections.Upsert(ctx, tx, "serial_place", "kind, document, serial", places)
}

// ranked are the places that make a state: the first that a document tells is it. A
// repair may have what is with a customer, and what came back may have left again.
var ranked = []serial.Place{serial.InRepair, serial.Delivered, serial.Returned}

// andLotState adds the condition that a lot in a row called alias is shown in the
// state; lots of which documents tell that place are found by it.
func andLotState(w *projections.Where, alias, state string) {
	named := slices.Contains(ranked, serial.Place(state))
	w.And(named, alias+".id IN (SELECT serial FROM documents.serial_place WHERE place = ?)", state)
	w.And(!named, alias+".state = ?", state)
	w.And(state != string(serial.Scrapped), "coalesce((SELECT p.place FROM documents.serial_place p WHERE p.serial = "+alias+`.id
		AND p.place = ANY (?) ORDER BY array_position(?, p.place) LIMIT 1), `+alias+".state) = ?", ranked, ranked, state)
	w.And(named, alias+".state <> ?", string(serial.Scrapped))
}

// in is the lot in the first of the places.
func (d Document) in(places []serial.Place) Document {
	if d.State == string(serial.Scrapped) {
		return d
	}
	for _, p := range ranked {
		if slices.Contains(places, p) {
			d.State = string(p)
			return d
		}
	}
	return d
}

// locate shows of the lots among the documents where they are, by what the read
// model knows.
func locate(ctx context.Context, q projections.Querier, all []Document) error {
	var lots []uuid.UUID
	for _, d := range all {
		if d.Kind == "lot" {
			lots = append(lots, d.ID)
		}
	}
	if len(lots) == 0 {
		return nil
	}
	told, err := placesOf(ctx, q, lots)
	if err != nil {
		return err
	}
	for i, d := range all {
		if d.Kind != "lot" {
			continue
		}
		var places []serial.Place
		for _, p := range told {
			if p.Serial == d.ID {
				places = append(places, p.Place)
			}
		}
		all[i] = d.in(places)
	}
	return nil
}

func placesOf(ctx context.Context, q projections.Querier, lots []uuid.UUID) ([]place, error) {
	rows, err := q.Query(ctx, `SELECT kind, document, serial, stream, place FROM documents.serial_place WHERE serial = ANY ($1)`, lots)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[place])
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	return all, nil
}

// Tellers are the streams of the documents that tell, or told, where a lot is.
func Tellers(ctx context.Context, q projections.Querier, lot uuid.UUID) (streams []string, err error) {
	told, err := placesOf(ctx, q, []uuid.UUID{lot})
	for _, p := range told {
		streams = append(streams, p.Stream)
	}
	return streams, err
}

// LocatedBy is the lot where the events of those streams, which are the first ones
// of each, tell that it is.
func (d Document) LocatedBy(events map[string][]eventstore.Envelope) (Document, error) {
	var places []serial.Place
	for stream, first := range events {
		s, err := stateOf(stream, nil)
		if err != nil {
			return d, err
		}
		for _, e := range first {
			s.evolve(e.Event)
		}
		for _, told := range s.documents() {
			for _, p := range told.places {
				if p.Serial == d.ID {
					places = append(places, p.Place)
				}
			}
		}
	}
	return d.in(places), nil
}
