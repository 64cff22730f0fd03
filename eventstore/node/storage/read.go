package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/node/engine"
)

// pageBytes bounds the payload of a page in memory.
const pageBytes = 4 << 20

const eventColumns = `pos, stream, rev, id, type, flags, created, data, meta`

// querier is a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

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

// StreamPage implements engine.Store.
func (p *Postgres) StreamPage(ctx context.Context, stream string, r engine.Range) (engine.Page, error) {
	sql := fmt.Sprintf(`SELECT %s FROM es.event WHERE stream = $4 AND rev BETWEEN $1 AND $2
		ORDER BY rev %s LIMIT $3`, eventColumns, direction(r))
	return page(ctx, p.pool, r.Limit, sql, r.From, r.To, r.Limit, stream)
}

// AllPage implements engine.Store.
func (p *Postgres) AllPage(ctx context.Context, r engine.Range) (engine.Page, error) {
	sql := fmt.Sprintf(`SELECT %s FROM es.event WHERE pos BETWEEN $1 AND $2
		ORDER BY pos %s LIMIT $3`, eventColumns, direction(r))
	return page(ctx, p.pool, r.Limit, sql, r.From, r.To, r.Limit)
}

func direction(r engine.Range) string {
	if r.Backwards {
		return "DESC"
	}
	return "ASC"
}

// page reads at most limit events, fewer when they are big.
func page(ctx context.Context, q querier, limit int, sql string, args ...any) (engine.Page, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return engine.Page{}, unavailable(err)
	}
	defer rows.Close()
	var p engine.Page
	for bytes := 0; rows.Next(); {
		e, err := scan(rows)
		if err != nil {
			return engine.Page{}, unavailable(err)
		}
		p.Events = append(p.Events, e)
		if bytes += len(e.Data) + len(e.Metadata); bytes >= pageBytes {
			p.More = true
			break
		}
	}
	rows.Close()
	p.More = p.More || len(p.Events) == limit
	return p, unavailable(rows.Err())
}

// scan reads the columns of eventColumns.
func scan(row pgx.CollectableRow) (*engine.Event, error) {
	var e engine.Event
	var flags int16
	err := row.Scan(&e.Position, &e.Stream, &e.Revision, (*[16]byte)(&e.ID), &e.Type, &flags,
		&e.Created, &e.Data, &e.Metadata)
	e.JSON = flags&flagJSON != 0
	return &e, err
}
