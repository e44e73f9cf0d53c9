/// What kind of street it is (USPS Publication 28, appendix C1).
enum StreetSuffix {
    /// - Returns: The postal abbreviation as a name is written, `St`; nil for what is no suffix.
    static func abbreviation(of word: String) -> String? {
        abbreviations[Spelling.key(word)]
    }

    private static let abbreviations: [String: String] = {
        var found: [String: String] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for word in words { found[word] = Spelling.titleCase(word: words[0]) }
        }
        return found
    }()

    /// The abbreviation, then the spellings that are met for it.
    private static let table = """
        ALY ALLEE ALLEY ALLY
        ANX ANEX ANNEX ANNX
        ARC ARCADE
        AVE AV AVEN AVENU AVENUE AVN AVNUE
        BYU BAYOO BAYOU
        BCH BEACH
        BND BEND
        BLF BLUF BLUFF
        BLFS BLUFFS
        BTM BOT BOTTM BOTTOM
        BLVD BOUL BOULEVARD BOULV
        BR BRNCH BRANCH
        BRG BRDGE BRIDGE
        BRK BROOK
        BRKS BROOKS
        BG BURG
        BGS BURGS
        BYP BYPA BYPAS BYPASS BYPS
        CP CAMP CMP
        CYN CANYN CANYON CNYN
        CPE CAPE
        CSWY CAUSEWAY CAUSWA
        CTR CEN CENT CENTER CENTR CENTRE CNTER CNTR
        CTRS CENTERS
        CIR CIRC CIRCL CIRCLE CRCL CRCLE
        CIRS CIRCLES
        CLF CLIFF
        CLFS CLIFFS
        CLB CLUB
        CMN COMMON
        CMNS COMMONS
        COR CORNER
        CORS CORNERS
        CRSE COURSE
        CT COURT
        CTS COURTS
        CV COVE
        CVS COVES
        CRK CREEK
        CRES CRESCENT CRSENT CRSNT
        CRST CREST
        XING CROSSING CRSSNG
        XRD CROSSROAD
        XRDS CROSSROADS
        CURV CURVE
        DL DALE
        DM DAM
        DV DIV DIVIDE DVD
        DR DRIV DRIVE DRV
        DRS DRIVES
        EST ESTATE
        ESTS ESTATES
        EXPY EXP EXPR EXPRESS EXPRESSWAY EXPW
        EXT EXTENSION EXTN EXTNSN
        EXTS EXTENSIONS
        FALL
        FLS FALLS
        FRY FERRY FRRY
        FLD FIELD
        FLDS FIELDS
        FLT FLAT
        FLTS FLATS
        FRD FORD
        FRDS FORDS
        FRST FOREST FORESTS
        FRG FORG FORGE
        FRGS FORGES
        FRK FORK
        FRKS FORKS
        FT FORT FRT
        FWY FREEWAY FREEWY FRWAY FRWY
        GDN GARDEN GARDN GRDEN GRDN
        GDNS GARDENS GRDNS
        GTWY GATEWAY GATEWY GATWAY GTWAY
        GLN GLEN
        GLNS GLENS
        GRN GREEN
        GRNS GREENS
        GRV GROV GROVE
        GRVS GROVES
        HBR HARB HARBOR HARBR HRBOR
        HBRS HARBORS
        HVN HAVEN
        HTS HT HEIGHTS
        HWY HIGHWAY HIGHWY HIWAY HIWY HWAY
        HL HILL
        HLS HILLS
        HOLW HLLW HOLLOW HOLLOWS HOLWS
        INLT INLET
        IS ISLAND ISLND
        ISS ISLANDS ISLNDS
        ISLE ISLES
        JCT JCTION JCTN JUNCTION JUNCTN JUNCTON
        JCTS JCTNS JUNCTIONS
        KY KEY
        KYS KEYS
        KNL KNOL KNOLL
        KNLS KNOLLS
        LK LAKE
        LKS LAKES
        LAND
        LNDG LANDING LNDNG
        LN LANE
        LGT LIGHT
        LGTS LIGHTS
        LF LOAF
        LCK LOCK
        LCKS LOCKS
        LDG LDGE LODG LODGE
        LOOP LOOPS
        MALL
        MNR MANOR
        MNRS MANORS
        MDW MEADOW
        MDWS MEADOWS MEDOWS
        MEWS
        ML MILL
        MLS MILLS
        MSN MISSION MISSN MSSN
        MTWY MOTORWAY
        MT MNT MOUNT
        MTN MNTAIN MNTN MOUNTAIN MOUNTIN MTIN
        MTNS MNTNS MOUNTAINS
        NCK NECK
        ORCH ORCHARD ORCHRD
        OVAL OVL
        OPAS OVERPASS
        PARK PRK PARKS
        PKWY PARKWAY PARKWY PKWAY PKY PARKWAYS PKWYS
        PASS
        PSGE PASSAGE
        PATH PATHS
        PIKE PIKES
        PNE PINE
        PNES PINES
        PL PLACE
        PLN PLAIN
        PLNS PLAINS
        PLZ PLAZA PLZA
        PT POINT
        PTS POINTS
        PRT PORT
        PRTS PORTS
        PR PRAIRIE PRR
        RADL RAD RADIAL RADIEL
        RAMP
        RNCH RANCH RANCHES RNCHS
        RPD RAPID
        RPDS RAPIDS
        RST REST
        RDG RDGE RIDGE
        RDGS RIDGES
        RIV RIVER RVR RIVR
        RD ROAD
        RDS ROADS
        RTE ROUTE
        ROW
        RUE
        RUN
        SHL SHOAL
        SHLS SHOALS
        SHR SHOAR SHORE
        SHRS SHOARS SHORES
        SKWY SKYWAY
        SPG SPNG SPRING SPRNG
        SPGS SPNGS SPRINGS SPRNGS
        SPUR SPURS
        SQ SQR SQRE SQU SQUARE
        SQS SQRS SQUARES
        STA STATION STATN STN
        STRA STRAV STRAVEN STRAVENUE STRAVN STRVN STRVNUE
        STRM STREAM STREME
        ST STREET STRT STR
        STS STREETS
        SMT SUMIT SUMITT SUMMIT
        TER TERR TERRACE
        TRWY THROUGHWAY
        TRCE TRACE TRACES
        TRAK TRACK TRACKS TRK TRKS
        TRFY TRAFFICWAY
        TRL TRAIL TRAILS TRLS
        TUNL TUNEL TUNLS TUNNEL TUNNELS TUNNL
        TPKE TRNPK TURNPIKE TURNPK
        UPAS UNDERPASS
        UN UNION
        UNS UNIONS
        VLY VALLEY VALLY VLLY
        VLYS VALLEYS
        VIA VDCT VIADCT VIADUCT
        VW VIEW
        VWS VIEWS
        VLG VILL VILLAG VILLAGE VILLG VILLIAGE
        VLGS VILLAGES
        VL VILLE
        VIS VIST VISTA VST VSTA
        WALK WALKS
        WALL
        WAY WY
        WAYS
        WL WELL
        WLS WELLS
        """
}
