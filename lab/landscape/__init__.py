"""The Landscape page: is the minimum that a method found sharp or flat, and does it matter?"""
