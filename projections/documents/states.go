package documents

import (
	"slices"

	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
	"aftersales/aggregates/task"
)

// shownStates are those that documents of a kind are shown in, at a moment too (see
// Document.At). Api.md knows drafts of deliveries; there are none (see
// picking.Status), but who asks for them makes no mistake.
var shownStates = map[string][]string{
	"team":               archivable,
	"customer":           archivable,
	"product":            archivable,
	"lot":                texts(serial.Known, serial.Delivered, serial.Returned, serial.InRepair, serial.Scrapped),
	"journal":            archivable,
	"currency":           {active},
	"location":           {active},
	"project":            archivable,
	"worksheet_template": archivable,
	"coupon_program":     {"draft", active, "exhausted", "ended", archived},
	"order":              texts(order.StatusDraft, order.StatusSent, order.StatusSale, order.StatusCancelled),
	"invoice":            drafted,
	"credit_note":        drafted,
	"payment":            {"open", "partly_allocated", "allocated", "refunded", "declined"},
	"delivery":           append(texts(picking.Ready, picking.Done, picking.Cancelled), "draft"),
	"return":             texts(picking.Ready, picking.PartiallyReceived, picking.Received, picking.Cancelled),
	"ticket":             {"open", "closed"},
	"coupon":             texts(coupon.StatusActive, coupon.StatusReserved, coupon.StatusRedeemed, coupon.StatusExpired, coupon.StatusRevoked),
	"repair":             texts(repair.StatusDraft, repair.StatusConfirmed, repair.StatusUnderRepair, repair.StatusDone, repair.StatusCancelled),
	"task":               texts(task.StatusNew, task.StatusPlanned, task.StatusInProgress, task.StatusDone, task.StatusCancelled),
	"webhook":            {active, "paused", "removed"},
	"access_token":       expiry,
	"portal_link":        expiry,
}

// States that kinds share.
var (
	archivable = []string{active, archived}
	drafted    = texts(invoice.StatusDraft, invoice.StatusPosted, invoice.StatusDiscarded)
	expiry     = []string{active, "expired", "revoked"}
)

func texts[S ~string](all ...S) []string {
	return mapped(all, func(s S) string { return string(s) })
}

// HaveState says whether documents of any of the kinds are ever shown in the state.
func HaveState(kinds []string, state string) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(shownStates[kind], state) })
}
