"""The words that the world is made of: people's names, places, trades."""

from __future__ import annotations

__all__ = [
    "CITIES",
    "FIRST_NAMES",
    "INDUSTRIES",
    "LAST_NAMES",
    "PATTERNS",
    "ROOTS",
]

_FRENCH = (
    "Allard Aubert Barbier Baudouin Beaumont Bélanger Benali Berger Bernard Besançon Blanchard "
    "Boucher Bourgeois Brun Carpentier Chevalier Clément Colin Cordier Cousin Crépin Da-Silva "
    "Delaunay Delorme Deschamps Devaux Diallo Diop Dubois Duchêne Dumont Dupré Durand Étienne "
    "Évrard Fabre Faure Fontaine Fournier Gaillard Garnier Gauthier Gérard Germain Girard "
    "Guérin Guillot Haddad Hervé Huet Jacquemin Joly Lacroix Lambert Lebrun Leclerc Lecomte "
    "Lefèvre Legrand Lemaître Leroux Lévêque Maillard Marchand Maréchal Mercier Mérieux "
    "Meunier Monnier Moulin N'Diaye Noël Paget Pélissier Perrin Picard Poirier Prévost Rémy "
    "Renaud Rivière Robin Rolland Rousseau Roux Saint-Martin Schneider Séguin Tessier Thévenot "
    "Tran Vasseur Vidal Villeneuve Zimmermann"
)
_ENGLISH = (
    "Abernathy Ashworth Atkinson Bailey Barlow Bennett Blackwood Bradshaw Brennan Cartwright "
    "Chambers Clarke Collins Cooper Crawford Davies Dawson Donnelly Ellison Fairfax Ferguson "
    "Fletcher Gallagher Gibson Goddard Hargreaves Harrison Hawthorne Hughes Iqbal Jennings "
    "Kaur Kavanagh Kensington Lancaster Langley Lindholm MacDonald Marlowe McAllister Mitchell "
    "Montgomery Murphy Nakamura O'Brien O'Connor Okafor Osborne Parker Patel Pemberton "
    "Prescott Radcliffe Ramsey Redmond Rosenberg Sandhu Sinclair Singh Stanley Sullivan "
    "Thackeray Thornton Turner Van-der-Berg Vaughan Wainwright Walsh Whitaker Winterbourne "
    "Yilmaz Young Østergaard Müller"
)
_INDUSTRIES = (
    "Banking Biotechnology Chemicals Communications Construction Electronics Energy Engineering "
    "Finance Healthcare Hospitality Insurance Machinery Manufacturing Media Retail Technology "
    "Telecommunications Transportation Utilities"
)
_ROOTS = (
    "Abélard Aigremont Alcyon Alizé Altamir Ambroise Anthémis Aquilon Arcadie Ardenne Argentière "
    "Armorial Astrée Aubépine Auriol Azurine Bastide Beaulieu Belvédère Boréale Bréhat Brocéliande "
    "Calanque Camargue Candela Capella Cassiopée Célestin Cévenole Chambord Clairvaux Concorde "
    "Cormoran Corvina Dauphine Deltaval Diapason Dolomie Écluse Églantine Élysée Émeraude Équinoxe "
    "Esterel Étoile Faucon Ferrand Floréal Fontenay Galatée Garance Gavroche Girondin Grandlieu "
    "Hautecour Hélianthe Hermine Horizon Iroise Jardinière Jonquille Lancelot Lavandou Lumen "
    "Madrépore Marigny Mélusine Meridia Mistral Montclar Navarre Noirmont Orphée Orsay Palissy "
    "Périgord Pléiade Polaris Quercy Rivoli Roncevaux Sancerre Sirocco Solstice Tramontane "
    "Valmont Vauclair Vercors Vésale Zéphyr Ashdown Blackthorn Cloverdale Fairhaven Greystone "
    "Harrowgate Kingsmere Larkfield Millbrook Northwick Oakhurst Ravenscar Silverdale Thornbury "
    "Westbourne"
)

FIRST_NAMES = {
    "fr": (
        ("Mme", "Agathe Amélie Anaïs Aurélie Bénédicte Camille Cécile Chloé Clémence Élodie Élise"),
        (
            "Mme",
            "Emmanuelle Estelle Fanny Florence Gaëlle Hélène Inès Joséphine Léa Lætitia Maëlle",
        ),
        (
            "Mme",
            "Manon Margaux Marie-Ève Mathilde Mélanie Nathalie Noémie Océane Pauline Raphaëlle",
        ),
        (
            "Mme",
            "Sabine Salomé Solène Sophie Valérie Véronique Yasmine Zoé Aïcha Fatou Leïla Nadia",
        ),
        (
            "M.",
            "Adrien Alexandre Anaël Antoine Arnaud Aurélien Benoît Bertrand Cédric Clément Cyril",
        ),
        (
            "M.",
            "Damien Étienne Fabien Félix François Frédéric Gaël Grégoire Guillaume Hervé Jérôme",
        ),
        ("M.", "Jean-Baptiste Jean-Noël Joël Karim Laurent Loïc Mathieu Maxime Mehdi Nicolas Noël"),
        (
            "M.",
            "Olivier Pascal Philippe Quentin Raphaël Rémi Romain Sébastien Stéphane Théo Thierry",
        ),
        ("M.", "Timothée Tristan Valentin Vincent Xavier Yann Yves Mamadou Rachid Samir"),
    ),
    "en": (
        (
            "Ms.",
            "Abigail Alice Amelia Charlotte Chloe Claire Daisy Eleanor Emily Fiona Grace Hannah",
        ),
        ("Ms.", "Imogen Jessica Joanna Karen Laura Megan Niamh Olivia Priya Rachel Rebecca Sarah"),
        ("Ms.", "Siobhán Sinéad Victoria Zara Ingrid Anneliese Katarzyna Zoë"),
        ("Mr.", "Adam Alastair Andrew Benjamin Callum Charles Daniel David Duncan Edward George"),
        ("Mr.", "Graham Harry Henry Ian Jack James Jonathan Kieran Liam Lewis Marcus Matthew Neil"),
        ("Mr.", "Nigel Oliver Oscar Patrick Peter Rajesh Rhys Robert Samuel Simon Stephen Thomas"),
        ("Mr.", "Toby William Seán Jürgen Søren Björn Łukasz"),
    ),
}
"""By language: a salutation and the names that go with it."""

LAST_NAMES = {"fr": _FRENCH.split(), "en": _ENGLISH.split()}

CITIES = {
    "fr": (
        ("Paris", "75008", "France"),
        ("Lyon", "69003", "France"),
        ("Marseille", "13002", "France"),
        ("Toulouse", "31000", "France"),
        ("Nantes", "44000", "France"),
        ("Lille", "59800", "France"),
        ("Strasbourg", "67000", "France"),
        ("Saint-Étienne", "42000", "France"),
        ("Besançon", "25000", "France"),
        ("Orléans", "45000", "France"),
        ("Genève", "1201", "Suisse"),
        ("Liège", "4000", "Belgique"),
        ("Bruxelles", "1000", "Belgique"),
        ("Luxembourg", "L-1855", "Luxembourg"),
        ("Montréal", "H3B 2Y5", "Canada"),
    ),
    "en": (
        ("London", "EC2V 7HN", "United Kingdom"),
        ("Manchester", "M2 5DB", "United Kingdom"),
        ("Birmingham", "B3 3AX", "United Kingdom"),
        ("Bristol", "BS1 4DJ", "United Kingdom"),
        ("Edinburgh", "EH2 2ER", "United Kingdom"),
        ("Leeds", "LS1 4DY", "United Kingdom"),
        ("Dublin", "D02 X285", "Ireland"),
        ("Cork", "T12 W8H2", "Ireland"),
        ("Amsterdam", "1017 CT", "Netherlands"),
        ("Göteborg", "411 03", "Sweden"),
    ),
}
"""By language: city, postal code, country."""

INDUSTRIES = _INDUSTRIES.split()
"""Values of Salesforce's standard ``Account.Industry`` picklist."""

ROOTS = _ROOTS.split()
"""Invented roots of company names."""

PATTERNS = {
    "fr": (
        "Groupe {}",
        "{} Industrie",
        "Ateliers {}",
        "Laboratoires {}",
        "Transports {}",
        "{} & Fils",
        "{} Ingénierie",
        "Société {}",
        "{} Énergies",
        "Éditions {}",
        "Coopérative {}",
        "{} Matériaux",
        "Cliniques {}",
        "{} Conseil",
        "Hôtels {}",
    ),
    "en": (
        "{} Ltd",
        "{} Systems",
        "{} Holdings",
        "{} Foods",
        "{} Logistics",
        "{} Partners",
        "{} Engineering",
        "{} Media Group",
        "{} Healthcare",
        "{} Retail plc",
    ),
}
"""How a root becomes a company's name."""
