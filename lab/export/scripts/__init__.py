"""Sources of the scripts that visitors take along: read as text, never imported by the app.

A script holds those definitions of one of these folders that it needs, word for word (`lab.export.code`). Here
they are code like any other, checked and tested.
"""
