/// A state or possession of the United States, or an armed forces region, that the post delivers to.
struct USState: Hashable {
    /// Two capitals.
    let code: String
    private let zipPrefixes: [ClosedRange<Int>]

    /// Finds a state by its name or its abbreviation, in any spelling: `CA`, `California`, `N. Carolina`.
    init?(_ text: String) {
        let key = Spelling.words(text).map { Spelling.key($0) }.joined(separator: " ")
        guard let state = Self.byKey[key] else { return nil }
        self = state
    }

    private init(code: String, zipPrefixes: [ClosedRange<Int>]) {
        self.code = code
        self.zipPrefixes = zipPrefixes
    }

    /// Whether a ZIP code is one of the state's.
    func contains(_ zip: ZIPCode) -> Bool {
        zipPrefixes.contains { $0.contains(zip.prefix) }
    }

    private static let byKey: [String: USState] = {
        var states: [String: USState] = [:]
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: ";").map { $0.split(separator: " ").joined(separator: " ") }
            guard fields.count == 3 else { continue }
            let ranges = fields[2].split(separator: " ").compactMap { range -> ClosedRange<Int>? in
                let ends = range.split(separator: "-").compactMap { Int($0) }
                return ends.first.flatMap { first in ends.last.map { first...$0 } }
            }
            let state = USState(code: fields[0], zipPrefixes: ranges)
            states[fields[0]] = state
            for name in fields[1].split(separator: "|") { states[String(name)] = state }
        }
        return states
    }()

    /// Abbreviation, names and three-digit ZIP prefixes (USPS labeling list L002), among them those of single towns
    /// that are served from the neighbouring state.
    private static let table = """
        AL; ALABAMA; 350-369
        AK; ALASKA; 995-999
        AZ; ARIZONA; 850-865
        AR; ARKANSAS; 716-729
        CA; CALIFORNIA; 900-961
        CO; COLORADO; 800-816
        CT; CONNECTICUT; 060-069
        DE; DELAWARE; 197-199
        DC; DISTRICT OF COLUMBIA|WASHINGTON DC; 200 202-205 569
        FL; FLORIDA; 320-339 341-349
        GA; GEORGIA; 300-319 398-399
        HI; HAWAII; 967-968
        ID; IDAHO; 832-838
        IL; ILLINOIS; 600-629
        IN; INDIANA; 460-479
        IA; IOWA; 500-528
        KS; KANSAS; 660-679
        KY; KENTUCKY; 400-427
        LA; LOUISIANA; 700-714
        ME; MAINE; 039-049
        MD; MARYLAND; 206-219
        MA; MASSACHUSETTS; 010-027 055
        MI; MICHIGAN; 480-499
        MN; MINNESOTA; 550-567
        MS; MISSISSIPPI; 386-397
        MO; MISSOURI; 630-658
        MT; MONTANA; 590-599
        NE; NEBRASKA; 680-693
        NV; NEVADA; 889-898
        NH; NEW HAMPSHIRE; 030-038
        NJ; NEW JERSEY; 070-089
        NM; NEW MEXICO; 870-884
        NY; NEW YORK; 005 063 100-149
        NC; NORTH CAROLINA|N CAROLINA; 270-289
        ND; NORTH DAKOTA|N DAKOTA; 580-588
        OH; OHIO; 430-459
        OK; OKLAHOMA; 730-732 734-749
        OR; OREGON; 970-979
        PA; PENNSYLVANIA; 150-196
        RI; RHODE ISLAND; 028-029
        SC; SOUTH CAROLINA|S CAROLINA; 290-299
        SD; SOUTH DAKOTA|S DAKOTA; 570-577
        TN; TENNESSEE; 370-385
        TX; TEXAS; 733 750-799 885
        UT; UTAH; 840-847
        VT; VERMONT; 050-054 056-059
        VA; VIRGINIA; 201 220-246
        WA; WASHINGTON; 980-994
        WV; WEST VIRGINIA|W VIRGINIA; 247-268
        WI; WISCONSIN; 530-549
        WY; WYOMING; 820-831 834
        PR; PUERTO RICO; 006-007 009
        VI; VIRGIN ISLANDS|US VIRGIN ISLANDS; 008
        AS; AMERICAN SAMOA; 967
        GU; GUAM; 969
        MP; NORTHERN MARIANA ISLANDS; 969
        FM; MICRONESIA|FEDERATED STATES OF MICRONESIA; 969
        MH; MARSHALL ISLANDS; 969
        PW; PALAU; 969
        AA; ARMED FORCES AMERICAS; 340
        AE; ARMED FORCES EUROPE; 090-098
        AP; ARMED FORCES PACIFIC; 962-966
        """
}
