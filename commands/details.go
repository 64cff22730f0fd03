package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/product"
)

// ChangeCustomerDetails changes the fields that are given.
type ChangeCustomerDetails struct {
	Customer uuid.UUID          `json:"-"`
	Name     *string            `json:"name"`
	Email    *string            `json:"email"`
	Phone    *string            `json:"phone"`
	Language *customer.Language `json:"language"`
	Address  *string            `json:"address"`
	TimeZone *string            `json:"time_zone"`
}

func (ChangeCustomerDetails) commandName() string { return "change-customer-details" }

func (c ChangeCustomerDetails) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "customer", customer.Model, c.Customer, func(s customer.State) ([]aggregates.Event, error) {
		d := s.Details
		set(&d.Name, c.Name)
		set(&d.Email, c.Email)
		set(&d.Phone, c.Phone)
		set(&d.Language, c.Language)
		set(&d.Address, c.Address)
		set(&d.TimeZone, c.TimeZone)
		if _, err := time.LoadLocation(d.TimeZone); err != nil {
			return nil, aggregates.Refuse("invalid_value").On("time_zone")
		}
		return s.ChangeDetails(d)
	})
}

// ChangeProductDetails changes the fields that are given.
type ChangeProductDetails struct {
	Product uuid.UUID         `json:"-"`
	Name    *string           `json:"name"`
	SKU     *string           `json:"sku"`
	Price   *aggregates.Money `json:"price"`
}

func (ChangeProductDetails) commandName() string { return "change-product-details" }

func (c ChangeProductDetails) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "product", product.Model, c.Product, func(s product.State) ([]aggregates.Event, error) {
		d := product.DetailsChanged{Name: s.Name, SKU: s.SKU, Price: s.Price}
		set(&d.Name, c.Name)
		set(&d.SKU, c.SKU)
		if c.Price != nil {
			d.Price = c.Price
		}
		return s.ChangeDetails(d)
	})
}
