"""The languages of the reports: texts by their English words, catalogs of translations, numbers and dates."""
