package storage

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/node/engine"
)

// pageBytes bounds the payload of a page in memory.
const pageBytes = 4 << 20

const eventColumns = `pos, stream, rev, id, type, flags, created, data, meta`

// Info implements engine.Store, in one statement and so of one moment.
func (p *Postgres) Info(ctx context.Context, stream string) (engine.Info, error) {
	var last *int64
	var info engine.Info
	described := strings.TrimPrefix(stream, engine.MetadataStream("")) // itself, if not a metadata stream
	err := p.pool.QueryRow(ctx, `
		SELECT (SELECT rev FROM es.event WHERE stream = $1 ORDER BY rev DESC LIMIT 1),
		       (SELECT data FROM es.event WHERE stream = $2 ORDER BY rev DESC LIMIT 1),
		       EXISTS (SELECT FROM es.event WHERE stream = $3 AND rev = $4)`,
		stream, engine.MetadataStream(stream), described, int64(engine.DeletedRevision),
	).Scan(&last, &info.Metadata, &info.Tombstoned)
	info.Last = engine.NoRevision
	if last != nil {
		info.Last = *last
	}
	return info, unavailable(err)
}

// Page implements engine.Store. It reads fewer events than it may when they are
// big.
func (p *Postgres) Page(ctx context.Context, source string, r engine.Range) (page engine.Page, err error) {
	order := "ASC"
	if r.Backwards {
		order = "DESC"
	}
	var rows pgx.Rows
	if source == engine.All {
		rows, err = p.pool.Query(ctx, `SELECT `+eventColumns+` FROM es.event
			WHERE pos BETWEEN $1 AND $2 ORDER BY pos `+order+` LIMIT $3`, r.From, r.To, r.Limit)
	} else {
		rows, err = p.pool.Query(ctx, `SELECT `+eventColumns+` FROM es.event
			WHERE rev BETWEEN $1 AND $2 AND stream = $4 ORDER BY rev `+order+` LIMIT $3`, r.From, r.To, r.Limit, source)
	}
	if err != nil {
		return page, unavailable(err)
	}
	defer rows.Close()
	for bytes := 0; rows.Next(); {
		e, err := scan(rows)
		if err != nil {
			return page, unavailable(err)
		}
		page.Events = append(page.Events, e)
		if bytes += len(e.Data) + len(e.Metadata); bytes >= pageBytes {
			page.More = true
			return page, nil
		}
	}
	page.More = len(page.Events) == r.Limit
	return page, unavailable(rows.Err())
}

// scan reads the columns of eventColumns.
func scan(row pgx.CollectableRow) (*engine.Event, error) {
	var e engine.Event
	var flags uint16
	err := row.Scan(&e.Position, &e.Stream, &e.Revision, (*[16]byte)(&e.ID), &e.Type, &flags,
		&e.Created, &e.Data, &e.Metadata)
	e.JSON = flags&flagJSON != 0
	return &e, err
}
