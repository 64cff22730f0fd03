package onlineretail

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// source names the data set in ids and keys.
const source = "online-retail"

// idOf is the id of what the source calls by the numbers.
func idOf(kind string, numbers ...string) uuid.UUID {
	return aggregates.DeriveID(append([]string{source, kind}, numbers...)...)
}

// lineID is the id of a line of an order, invoice or delivery, by its place in
// the invoice.
func lineID(kind, number string, place int) uuid.UUID {
	return idOf(kind+" line", number, strconv.Itoa(place))
}

// keyOf is the Idempotency-Key of a command about what the source calls by the
// numbers.
func keyOf(command string, numbers ...string) string {
	parts := []string{source, command}
	for _, n := range numbers {
		parts = append(parts, url.PathEscape(n))
	}
	return strings.Join(parts, "/")
}
