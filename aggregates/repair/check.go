package repair

import (
	"errors"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/product"
	"aftersales/aggregates/unit"
)

// check goes through the stages of domain.md 3.4 up to the parts and stops at
// the first that refuses.
func (d Draft) check() error {
	for _, stage := range []func() error{
		d.checkProduct, func() error { return d.Missing.Customer }, d.checkLot, d.checkQuantity, d.checkReturn, d.checkForm,
	} {
		if err := stage(); err != nil {
			return err
		}
	}
	return nil
}

func (d Draft) checkProduct() error {
	if d.Product.ID == uuid.Nil {
		return aggregates.Refuse("product_required").On("product")
	}
	if d.Product.Type == product.Service {
		return aggregates.Refuse("product_not_repairable").On("product")
	}
	return nil
}

func (d Draft) checkLot() error {
	if d.Lot != nil {
		return checkLot(d.Product.ID, d.Product.Tracking, *d.Lot, d.Return)
	}
	confirms := d.Submit == Confirm || d.Submit == ConfirmAndQuote
	if confirms && d.Product.Tracking.Tracked() {
		return lotRequired(d.Product.ID)
	}
	return nil
}

// lotRequired is the refusal to confirm a tracked product without its lot.
func lotRequired(product uuid.UUID) error {
	return aggregates.Refuse("lot_required", "product", product.String()).On("lot")
}

func (d Draft) checkQuantity() error {
	if *d.Quantity <= 0 {
		return aggregates.Refuse("quantity_not_positive").On("quantity")
	}
	serial := d.Product.Tracking == product.BySerial
	if serial && *d.Quantity != aggregates.NewDecimal(1) {
		return aggregates.Refuse("serial_quantity").On("quantity")
	}
	var fields check.Fields
	converted := convert(&fields, "", *d.Quantity, d.Unit, d.Product)
	fields.Refuse(serial && converted != *d.Quantity, "quantity", "serial_quantity")
	checkQuantity(&fields, "quantity", converted, d.Product.Digits, d.Product.Unit)
	return fields.Err()
}

// convert is a quantity in the product's unit; as it is when that cannot be,
// which is noted on the field "unit" at the path.
func convert(fields *check.Fields, at string, q aggregates.Decimal, given string, p Product) aggregates.Decimal {
	converted, err := unit.Convert(q, given, p.Unit, p.Digits)
	if refused, ok := errors.AsType[*aggregates.Refusal](err); ok {
		fields.Refuse(true, at+"unit", refused.Code)
		return q
	}
	return converted
}

// checkQuantity refuses what is negative or does not fit the product's
// precision (domain.md 2.4).
func checkQuantity(fields *check.Fields, field string, q aggregates.Decimal, digits int, unit string) {
	fields.Refuse(q < 0, field, "negative_quantity")
	fields.Refuse(q > 0 && q.Digits() > digits, field, "quantity_precision", "digits", strconv.Itoa(digits), "unit", unit)
}

func (d Draft) checkReturn() error {
	if d.Return == nil {
		return d.Missing.Return
	}
	if _, _, found := d.Return.of(d.Product.ID); !found {
		return aggregates.Refuse("return_not_matching").On("return")
	}
	if d.Return.Customer.Entity != d.Customer.Entity {
		return aggregates.Refuse("return_other_customer").On("return")
	}
	return nil
}

func (d Draft) checkForm() error {
	if d.ScheduledAt.IsZero() {
		return aggregates.Refuse("scheduled_date_required").On("scheduled_at")
	}
	var fields check.Fields
	if r := d.Responsible; r != nil {
		fields.Refuse(!r.Internal, "responsible", "responsible_not_internal")
		fields.Named("responsible", r.ID)
	}
	fields.Refuse(d.Priority < 0 || d.Priority > MaxPriority, "priority", "invalid_value")
	fields.Within(check.MaxText, "notes", d.Notes)
	return fields.Err()
}

// check refuses what is wrong with one part; at is its path in the request,
// missing the code of why its product cannot be had.
func (p Part) check(fields *check.Fields, at string, repeated bool, missing string) {
	fields.Refuse(!slices.Contains([]Kind{Add, Remove, Recycle}, p.Kind), at+"kind", "part_kind_required")
	fields.Refuse(p.Product == uuid.Nil, at+"product", "part_product_required")
	fields.Refuse(missing != "", at+"product", missing)
	checkQuantity(fields, at+"quantity", p.Quantity, p.Digits, p.Unit)
	fields.Refuse(p.PriceBeforeWarranty < 0, at+"unit_price", "invalid_value")
	fields.Refuse(repeated, at+"id", "duplicate_line")
}
