package portal

import (
	"fmt"
	"strings"

	"aftersales/projections"
	"aftersales/projections/documents"
)

// sorting is that of a list, and how its cursors continue it. Tickets stand open
// first (domain.md 4), everything else as it was created.
type sorting struct {
	by        string // in SQL
	openFirst bool
}

func sortingOf(f Filter) sorting {
	if f.Kind == "ticket" {
		return sorting{"i.state = 'closed', i.created, i.id", true}
	}
	return sorting{by: "i.created, i.id"}
}

// What cursors among the open and among the closed tickets begin with.
const (
	amongOpen   = "o"
	amongClosed = "c"
)

// cursor continues the list behind d.
func (o sorting) cursor(d documents.Document) string {
	switch {
	case !o.openFirst:
		return d.Cursor()
	case d.State == "closed":
		return amongClosed + d.Cursor()
	default:
		return amongOpen + d.Cursor()
	}
}

// after chooses what comes after the cursor. One of another order is
// documents.ErrCursor.
func (o sorting) after(where *projections.Where, cursor string) error {
	rest, closed := cursor, strings.HasPrefix(cursor, amongClosed)
	if o.openFirst {
		if !closed && !strings.HasPrefix(cursor, amongOpen) {
			return fmt.Errorf("%q: %w", cursor, documents.ErrCursor)
		}
		rest = cursor[1:]
	}
	created, id, err := documents.ParseCursor(rest)
	if err != nil {
		return err
	}
	where.And(!o.openFirst, "(i.created, i.id) > (?, ?)", created, id)
	where.And(o.openFirst, "(i.state = 'closed', i.created, i.id) > (?, ?, ?)", closed, created, id)
	return nil
}
