extension StateTaxRates {
    /// What each state levies on retail sales everywhere within it, as of 1 January 2025; Alaska, Delaware, Montana, New
    /// Hampshire and Oregon levy nothing.
    ///
    /// Source: the states' departments of revenue, as the Federation of Tax Administrators ("State Sales Tax Rates") and
    /// the Tax Foundation ("State and Local Sales Tax Rates, 2025": 45 states and the District of Columbia) list them.
    /// Lists of before 2025 differ in Louisiana (4.45 until 2024). South Dakota's 4.2 is law until June 2027. Where a part of that rate is a local tax that the law makes uniform, it is shown as such: California's
    /// Bradley-Burns tax (county 0.25, city 1.00), Nevada's county taxes (2.25), Utah's county option and local option
    /// (0.25, 1.00), Virginia's local option (1.00).
    static let all = [
        StateTaxRates(code: "AL", name: "Alabama", state: 40_000),
        StateTaxRates(code: "AZ", name: "Arizona", state: 56_000),
        StateTaxRates(code: "AR", name: "Arkansas", state: 65_000),
        StateTaxRates(code: "CA", name: "California", state: 60_000, county: 2_500, city: 10_000),
        StateTaxRates(code: "CO", name: "Colorado", state: 29_000),
        StateTaxRates(code: "CT", name: "Connecticut", state: 63_500),
        StateTaxRates(code: "DC", name: "District of Columbia", state: 60_000),
        StateTaxRates(code: "FL", name: "Florida", state: 60_000),
        StateTaxRates(code: "GA", name: "Georgia", state: 40_000),
        StateTaxRates(code: "HI", name: "Hawaii", state: 40_000),
        StateTaxRates(code: "ID", name: "Idaho", state: 60_000),
        StateTaxRates(code: "IL", name: "Illinois", state: 62_500),
        StateTaxRates(code: "IN", name: "Indiana", state: 70_000),
        StateTaxRates(code: "IA", name: "Iowa", state: 60_000),
        StateTaxRates(code: "KS", name: "Kansas", state: 65_000),
        StateTaxRates(code: "KY", name: "Kentucky", state: 60_000),
        StateTaxRates(code: "LA", name: "Louisiana", state: 50_000),
        StateTaxRates(code: "ME", name: "Maine", state: 55_000),
        StateTaxRates(code: "MD", name: "Maryland", state: 60_000),
        StateTaxRates(code: "MA", name: "Massachusetts", state: 62_500),
        StateTaxRates(code: "MI", name: "Michigan", state: 60_000),
        StateTaxRates(code: "MN", name: "Minnesota", state: 68_750),
        StateTaxRates(code: "MS", name: "Mississippi", state: 70_000),
        StateTaxRates(code: "MO", name: "Missouri", state: 42_250),
        StateTaxRates(code: "NE", name: "Nebraska", state: 55_000),
        StateTaxRates(code: "NV", name: "Nevada", state: 46_000, county: 22_500),
        StateTaxRates(code: "NJ", name: "New Jersey", state: 66_250),
        StateTaxRates(code: "NM", name: "New Mexico", state: 48_750),
        StateTaxRates(code: "NY", name: "New York", state: 40_000),
        StateTaxRates(code: "NC", name: "North Carolina", state: 47_500),
        StateTaxRates(code: "ND", name: "North Dakota", state: 50_000),
        StateTaxRates(code: "OH", name: "Ohio", state: 57_500),
        StateTaxRates(code: "OK", name: "Oklahoma", state: 45_000),
        StateTaxRates(code: "PA", name: "Pennsylvania", state: 60_000),
        StateTaxRates(code: "RI", name: "Rhode Island", state: 70_000),
        StateTaxRates(code: "SC", name: "South Carolina", state: 60_000),
        StateTaxRates(code: "SD", name: "South Dakota", state: 42_000),
        StateTaxRates(code: "TN", name: "Tennessee", state: 70_000),
        StateTaxRates(code: "TX", name: "Texas", state: 62_500),
        StateTaxRates(code: "UT", name: "Utah", state: 48_500, county: 2_500, city: 10_000),
        StateTaxRates(code: "VT", name: "Vermont", state: 60_000),
        StateTaxRates(code: "VA", name: "Virginia", state: 43_000, city: 10_000),
        StateTaxRates(code: "WA", name: "Washington", state: 65_000),
        StateTaxRates(code: "WV", name: "West Virginia", state: 60_000),
        StateTaxRates(code: "WI", name: "Wisconsin", state: 50_000),
        StateTaxRates(code: "WY", name: "Wyoming", state: 40_000),
    ]
}
