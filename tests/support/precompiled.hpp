// What every test includes, compiled once.
#pragma once
#include "../../cmake/precompiled.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
