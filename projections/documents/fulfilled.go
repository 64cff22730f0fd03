package documents

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/eventstore"
	"aftersales/projections"
)

// An order's own stream tells what was ordered. How far that is delivered and
// invoiced, the streams of its deliveries and invoices tell; it is put together
// when the order is read (docs/decisions/0022).

// Linked are the streams of the deliveries and invoices of an order; other
// documents have none.
func (d Document) Linked() (streams []string, err error) {
	if d.Kind != "order" {
		return nil, nil
	}
	f, err := d.order()
	for _, id := range f.Deliveries {
		streams = append(streams, picking.Model.Stream(id))
	}
	for _, id := range f.Invoices {
		streams = append(streams, invoice.Model.Stream(id))
	}
	return streams, err
}

func (d Document) order() (f orderFields, err error) {
	if err = json.Unmarshal(d.Fields, &f); err != nil {
		err = fmt.Errorf("fields of order %s: %w", d.ID, err)
	}
	return f, err
}

// Fulfil shows on the orders among the documents how far they are delivered and
// invoiced, and of the lots where they are, by what the read model knows.
func Fulfil(ctx context.Context, q projections.Querier, all []Document) error {
	linked, streams := make([][]string, len(all)), []string{}
	for i, d := range all {
		var err error
		if linked[i], err = d.Linked(); err != nil {
			return err
		}
		streams = append(streams, linked[i]...)
	}
	known, err := states(ctx, q, streams)
	if err != nil {
		return err
	}
	for i, d := range all {
		if d.Kind != "order" {
			continue
		}
		if all[i], err = d.fulfilled(linked[i], known); err != nil {
			return err
		}
	}
	return locate(ctx, q, all)
}

// FulfilledBy is the order as far as the events of its linked streams tell, which
// are the first ones of each.
func (d Document) FulfilledBy(events map[string][]eventstore.Envelope) (Document, error) {
	linked, err := d.Linked()
	if err != nil {
		return d, err
	}
	known := map[string]state{}
	for _, stream := range linked {
		s, err := stateOf(stream, nil)
		if err != nil {
			return d, err
		}
		for _, e := range events[stream] {
			s.evolve(e.Event)
		}
		known[stream] = s
	}
	return d.fulfilled(linked, known)
}

// states are the kept states of streams.
func states(ctx context.Context, q projections.Querier, streams []string) (map[string]state, error) {
	known := make(map[string]state, len(streams))
	if len(streams) == 0 {
		return known, nil
	}
	rows, err := q.Query(ctx, `SELECT stream, state FROM documents.aggregate WHERE stream = ANY ($1)`, streams)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var stream string
		var kept []byte
		if err := rows.Scan(&stream, &kept); err != nil {
			return nil, fmt.Errorf("documents: %w", err)
		}
		if known[stream], err = stateOf(stream, kept); err != nil {
			return nil, fmt.Errorf("state of %s: %w", stream, err)
		}
	}
	return known, rows.Err()
}

// stateOf begins the state of a stream that holds documents.
func stateOf(stream string, kept []byte) (state, error) {
	category, _ := aggregates.SplitStream(stream)
	return views[category].begin(kept)
}

// fulfilled is the order with what these of the known states say of its lines.
func (d Document) fulfilled(linked []string, known map[string]state) (Document, error) {
	f, err := d.order()
	if err != nil {
		return d, err
	}
	var deliveries []picking.State
	invoiced := map[uuid.UUID]aggregates.Decimal{}
	for _, stream := range linked {
		switch s := known[stream].(type) {
		case *kept[picking.State]:
			deliveries = append(deliveries, s.now)
		case *kept[invoice.State]:
			for line, q := range s.now.Billed() {
				invoiced[line] = invoiced[line].Plus(q)
			}
		}
	}
	delivered := picking.DeliveredOf(deliveries)
	progress := make([]order.Progress, len(f.Lines))
	for i, l := range f.Lines {
		p := order.Progress{Ordered: l.Quantity, Delivered: delivered[l.ID], Invoiced: invoiced[l.ID]}
		f.Lines[i].Delivered, f.Lines[i].Invoiced, progress[i] = &p.Delivered, &p.Invoiced, p
	}
	f.InvoiceStatus = order.Status(d.State).InvoiceStatus(progress)
	return d.with(f), nil
}
