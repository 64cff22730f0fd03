// Package repair is the repair order of a broken or faulty product: its parts,
// its warranty, its way from draft to done and its one quotation (requirements
// P-01 to P-16, domain.md 2.8 and 3.4).
//
//	draft ──confirm──▶ confirmed ──start──▶ under_repair ──end──▶ done
//	  └───────────────────┴───────cancel────────┴─────────────▶ cancelled
//
// What always holds:
//
//   - A repair has at most one quotation, for a known customer, and bills only
//     the parts that are added. The quotation follows the parts, never back: the
//     demand until the repair is done, then what was used; nothing once it is
//     cancelled.
//   - Under warranty every price is 0. The negotiated prices are kept beside
//     them and come back exactly, whatever list prices have become (#238410).
//   - A tracked product is confirmed only with its lot, a serial number is
//     exactly one unit, and the lot of a returned product is one of the return.
//   - Confirming without the product in stock needs an override, which names who
//     gave it.
//   - A done repair is done: only its quotation can still be made and answered.
//
// The rules load nothing. Products, lots, returns and stock come in as small
// structs of what the rules need to know of them; that each exists
// (product_not_found, customer_not_found, return_not_found), the
// caller has checked.
package repair
