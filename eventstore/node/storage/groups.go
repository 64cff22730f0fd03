package storage

import (
	"context"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/node/groups"
)

// Groups implements groups.Store.
func (p *Postgres) Groups(ctx context.Context) ([]groups.Group, error) {
	rows, err := p.pool.Query(ctx, `SELECT source, name, settings, start_from, cursor FROM es.subscription_group`)
	if err != nil {
		return nil, unavailable(err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g groups.Group, err error) {
		return g, row.Scan(&g.Source, &g.Name, &g.Settings, &g.From, &g.Cursor)
	})
	return all, unavailable(err)
}

// PutGroup implements groups.Store.
func (p *Postgres) PutGroup(ctx context.Context, g groups.Group) error {
	_, err := p.pool.Exec(ctx, `INSERT INTO es.subscription_group (source, name, settings, start_from, cursor)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (source, name) DO UPDATE SET settings = $3, start_from = $4, cursor = $5`,
		g.Source, g.Name, g.Settings, g.From, g.Cursor)
	return unavailable(err)
}

// MoveGroup implements groups.Store.
func (p *Postgres) MoveGroup(ctx context.Context, k groups.Key, cursor int64) error {
	_, err := p.pool.Exec(ctx, `UPDATE es.subscription_group SET cursor = $3 WHERE source = $1 AND name = $2`, k.Source, k.Name, cursor)
	return unavailable(err)
}

// DropGroup implements groups.Store.
func (p *Postgres) DropGroup(ctx context.Context, k groups.Key) error {
	_, err := p.pool.Exec(ctx, `DELETE FROM es.subscription_group WHERE source = $1 AND name = $2`, k.Source, k.Name)
	return unavailable(err)
}
