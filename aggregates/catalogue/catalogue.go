// Package catalogue joins the events of all aggregates: everything that can
// stand in the log.
//
// testdata/events holds an example of every event type in every version that
// was ever written, as it is stored. Such a file never changes: an event whose
// shape changes gets the next version, an upcaster and a new file.
package catalogue

import (
	"slices"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/books"
	"aftersales/aggregates/commandlog"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/sequence"
	"aftersales/aggregates/serial"
	"aftersales/aggregates/tag"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/technician"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/webhook"
	"aftersales/aggregates/worksheet"
)

// Internal says whether the streams of a category only serve commands, so that
// nobody is told of their events.
func Internal(category string) bool {
	return category == commandlog.Model.Category || category == directory.Model.Category
}

// Told says whether a stored name is that of an event that people and other
// programs can be told of.
func Told(name string) bool {
	named := func(d aggregates.Definition) bool { return d.Name == name }
	return slices.ContainsFunc(slices.Concat(All()...), named) &&
		!slices.ContainsFunc(slices.Concat(commandlog.Model.Events, directory.Model.Events), named)
}

// All are the catalogues of all aggregates. Stored names are unique over all.
func All() []aggregates.Catalogue {
	return []aggregates.Catalogue{
		accesstoken.Model.Events,
		attachment.Model.Events,
		books.Model.Events,
		commandlog.Model.Events,
		coupon.Model.Events,
		currency.Model.Events,
		customer.Model.Events,
		directory.Model.Events,
		invoice.Model.Events,
		journal.Model.Events,
		location.Model.Events,
		order.Model.Events,
		picking.Model.Events,
		product.Model.Events,
		program.Model.Events,
		project.Model.Events,
		repair.Model.Events,
		sequence.Model.Events,
		serial.Model.Events,
		tag.Model.Events,
		task.Model.Events,
		team.Model.Events,
		technician.Model.Events,
		ticket.Model.Events,
		webhook.Model.Events,
		worksheet.Model.Events,
	}
}
