package projections

import (
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Unavailable says whether an error of a query is that the database was away or
// went away (starting, stopping, crashed, out of reach), so that the same query
// may succeed later.
func Unavailable(err error) bool {
	if answer, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Operator intervention; connection exception.
		return strings.HasPrefix(answer.Code, "57P") || strings.HasPrefix(answer.Code, "08")
	}
	var refused *pgconn.ConnectError
	var broken net.Error
	return errors.As(err, &refused) || errors.As(err, &broken) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}
