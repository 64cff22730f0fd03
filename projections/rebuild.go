package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Rebuild makes a read model again from the first event of the log while the
// live one goes on, then puts the new one in its place in one transaction.
// Errors: ErrUnknown, ErrBusy, *eventstore.UnknownType.
func (r *Runner) Rebuild(ctx context.Context, name string) error {
	m, err := r.model(name)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	err = r.withScratch(ctx, m, func(ctx context.Context, tx pgx.Tx, s *scratch) error {
		live, rebuilt := pgx.Identifier{name}.Sanitize(), pgx.Identifier{s.schema}.Sanitize()
		old := pgx.Identifier{name + oldSuffix}.Sanitize()
		// Names move, tables stay: readers under way finish on the old ones.
		_, err := tx.Exec(ctx, `ALTER SCHEMA `+live+` RENAME TO `+old+`; ALTER SCHEMA `+rebuilt+` RENAME TO `+live)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE projections.checkpoint SET unknown = 0 WHERE name = $1`, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}
